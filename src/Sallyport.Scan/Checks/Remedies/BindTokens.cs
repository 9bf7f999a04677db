using System.Collections.Immutable;
using Sallyport.Scan.Findings;

namespace Sallyport.Scan.Checks.Remedies;

/// <summary>How a token is held to the certificate that it comes with.</summary>
internal static class BindTokens
{
    /// <summary>General advice first, then one remedy a stack.</summary>
    public static ImmutableArray<Remedy> All { get; } =
    [
        new(null, "Require the client certificate in the handshake, let the issuer write its SHA-256 into the token (cnf.x5t#S256, RFC 8705, section 3.1), and compare that with the certificate of the connection on every request: 43 characters of base64url, exactly. A token without cnf is refused where binding is required."),
        new(
            ServerStack.AspNetCore,
            "Require the certificate in the handshake, a token at every endpoint, and compare the two after the signature.",
            """
            https.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
            https.AllowAnyClientCertificate(); // and nothing compares the certificate with the token
            """,
            """
            https.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
            https.OnAuthenticate = (_, tls) => tls.CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust, CustomTrustStore = { clientCa }, DisableCertificateDownloads = true, RevocationMode = X509RevocationMode.NoCheck,
            };
            builder.Services.AddAuthorizationBuilder().SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
            options.Events ??= new JwtBearerEvents();
            Func<TokenValidatedContext, Task> others = options.Events.OnTokenValidated;
            options.Events.OnTokenValidated = async context =>
            {
                await others(context);
                string? shown = context.HttpContext.Connection.ClientCertificate is { } certificate ? Base64Url.EncodeToString(SHA256.HashData(certificate.RawData)) : null;
                string? bound = ((JsonWebToken)context.SecurityToken).TryGetPayloadValue("cnf", out JsonElement cnf) && cnf.ValueKind == JsonValueKind.Object
                    && cnf.TryGetProperty("x5t#S256", out JsonElement thumbprint) ? thumbprint.ToString() : null;
                if (bound is null || bound != shown) { context.Fail("the token is bound to another certificate, or to none"); }
            };
            """),
        new(
            ServerStack.Node,
            "Look at the certificate before the token is read, never do without the token, and compare the fingerprint with the claim.",
            """
            const claims = jwt.verify(token, key, options)
            const claims = token ? jwt.verify(token, key, options) : { sub: accountOf(req.socket.getPeerCertificate()) } // or
            """,
            """
            if (!req.socket.authorized || !token) return res.sendStatus(401)
            const claims = jwt.verify(token, key, options)
            const shown = crypto.createHash('sha256').update(req.socket.getPeerCertificate().raw).digest('base64url')
            if (claims.cnf?.['x5t#S256'] !== shown) return res.sendStatus(401)
            """),
        new(
            ServerStack.Go,
            "Compare the hash of the leaf with the claim.",
            "token, err := jwt.ParseWithClaims(raw, claims, keyFunc)",
            """
            sum := sha256.Sum256(r.TLS.VerifiedChains[0][0].Raw)
            if claims.Cnf.X5tS256 != base64.RawURLEncoding.EncodeToString(sum[:]) { http.Error(w, "bound to another certificate", 401); return }
            """),
        new(
            ServerStack.Axum,
            "Compare the hash of the end-entity certificate with the claim.",
            null,
            "if claims.cnf.x5t_s256 != URL_SAFE_NO_PAD.encode(Sha256::digest(&peer_certificates[0])) { return Err(StatusCode::UNAUTHORIZED); }"),
        new(
            ServerStack.Nginx,
            "Require the certificate and pass it on, so that the application can compare; overwrite what the client sent.",
            "ssl_verify_client optional;",
            """
            ssl_verify_client on;
            proxy_set_header X-Client-Cert $ssl_client_escaped_cert;
            """),
        new(
            ServerStack.Haproxy,
            "Compare at the edge.",
            "bind :443 ssl crt server.pem ca-file clients.pem verify optional",
            """
            bind :443 ssl crt server.pem ca-file clients.pem verify required
            http-request set-var(txn.x5t) ssl_c_der,sha2(256),ub64enc
            http-request set-var(txn.cnf) http_auth_bearer,jwt_payload_query('$.cnf.x5t#S256')
            http-request deny deny_status 401 unless { var(txn.cnf),strcmp(txn.x5t) eq 0 }
            """),
        new(
            ServerStack.Envoy,
            "Require the certificate and pass its hash on, sanitised; the application compares.",
            "require_client_certificate: false",
            """
            require_client_certificate: true
            forward_client_cert_details: SANITIZE_SET
            set_current_client_cert_details: { cert: true }
            """),
    ];
}

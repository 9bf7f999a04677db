using System.Collections.Immutable;
using Sallyport.Scan.Findings;

namespace Sallyport.Scan.Checks.Remedies;

/// <summary>How each stack verifies a token's signature: one algorithm, one set of keys, nothing that the token itself says.</summary>
internal static class VerifyTokens
{
    /// <summary>General advice first, then one remedy a stack.</summary>
    public static ImmutableArray<Remedy> Signature { get; } =
    [
        new(null, "Verify the signature before any claim is read, with a list of the algorithms that your issuer uses (one is best) and keys that come from your own configuration or from the issuer's key set; a key belongs to one algorithm and is never taken from the token (RFC 8725, sections 3.1 and 3.2)."),
        new(
            ServerStack.AspNetCore,
            "Name the algorithms and the keys, and leave RequireSignedTokens as it is; never put a SignatureValidator that only reads in place of the library's.",
            "options.TokenValidationParameters.SignatureValidator = (token, _) => new JsonWebToken(token);",
            """
            options.TokenValidationParameters.ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256];
            options.TokenValidationParameters.IssuerSigningKey = new ECDsaSecurityKey(issuerPublicKey);
            options.TokenValidationParameters.RequireSignedTokens = true;
            """),
        new(
            ServerStack.Node,
            "Call verify with the algorithms that are allowed; decode only reads, and the algorithm that a token names is its sender's choice.",
            """
            const claims = jwt.decode(token)
            const claims = jws.verify(token, jws.decode(token).header.alg, issuerPublicKey) && jwt.decode(token) // or
            """,
            "const claims = jwt.verify(token, issuerPublicKey, { algorithms: ['ES256'], issuer: ISSUER, audience: AUDIENCE })"),
        new(
            ServerStack.Go,
            "Name the valid methods; ParseUnverified only reads.",
            "token, _, err := parser.ParseUnverified(raw, claims)",
            """
            token, err := jwt.ParseWithClaims(raw, claims, func(*jwt.Token) (any, error) { return issuerKey, nil },
                jwt.WithValidMethods([]string{"ES256"}), jwt.WithIssuer(issuer), jwt.WithAudience(audience), jwt.WithExpirationRequired())
            """),
        new(
            ServerStack.Axum,
            "Build the Validation for the one algorithm of the issuer and decode with it.",
            "validation.insecure_disable_signature_validation();",
            """
            let mut validation = Validation::new(Algorithm::ES256);
            validation.set_issuer(&[ISSUER]);
            validation.set_audience(&[AUDIENCE]);
            let token = decode::<Claims>(raw, &DecodingKey::from_ec_pem(ISSUER_PEM)?, &validation)?;
            """),
        new(
            ServerStack.Haproxy,
            "Compare the algorithm first, then verify with the issuer's public key.",
            "http-request set-var(txn.sub) http_auth_bearer,jwt_payload_query('$.sub')",
            """
            http-request set-var(txn.bearer) http_auth_bearer
            http-request deny deny_status 401 unless { var(txn.bearer),jwt_header_query('$.alg') -m str ES256 }
            http-request deny deny_status 401 unless { var(txn.bearer),jwt_verify("ES256","/etc/haproxy/issuer-public.pem") 1 }
            """),
        new(
            ServerStack.Envoy,
            "Let the JWT filter verify with the issuer's keys, and forward nothing that it did not verify.",
            "requires_any: { requirements: [{ provider_name: issuer }, { allow_missing_or_failed: {} }] }",
            """
            providers:
              issuer:
                issuer: https://issuer.example.com
                audiences: [https://api.example.com]
                local_jwks: { filename: /etc/envoy/jwks.json }
            rules:
            - match: { prefix: / }
              requires: { provider_name: issuer }
            """),
        new(
            ServerStack.Nginx,
            "NGINX Plus verifies with auth_jwt and a key file; the open edition leaves it to the application, which must then verify every token itself.",
            "proxy_set_header X-User $http_authorization;",
            """
            auth_jwt "api";
            auth_jwt_key_file /etc/nginx/issuer-jwks.json;
            """),
    ];

    /// <summary>How the shared secret is replaced.</summary>
    public static ImmutableArray<Remedy> Secrets { get; } =
    [
        new(null, "Sign with an asymmetric key (ES256), so that what verifies cannot sign; where a shared secret must stay, take at least 256 random bits from a secret store (RFC 7518, section 3.2; RFC 8725, section 3.5), and change it now: every token signed with the old one is worthless."),
        new(
            ServerStack.AspNetCore,
            "Verify with the issuer's public key instead of a secret that stands in a file.",
            "options.TokenValidationParameters.IssuerSigningKey = new SymmetricSecurityKey(\"a-string-secret-at-least-256-bits-long\"u8.ToArray());",
            "options.TokenValidationParameters.IssuerSigningKey = new ECDsaSecurityKey(issuerPublicKey);"),
        new(
            ServerStack.Node,
            "Verify with the issuer's public key.",
            "const claims = jwt.verify(token, 'secret')",
            "const claims = jwt.verify(token, fs.readFileSync('issuer-public.pem'), { algorithms: ['ES256'] })"),
        new(
            ServerStack.Go,
            "Return the issuer's public key from the key function.",
            "return []byte(\"secret\"), nil",
            "return issuerPublicKey, nil // *ecdsa.PublicKey, with jwt.WithValidMethods([]string{\"ES256\"})"),
        new(
            ServerStack.Axum,
            "Decode with the issuer's public key.",
            "DecodingKey::from_secret(b\"secret\")",
            "DecodingKey::from_ec_pem(include_bytes!(\"issuer-public.pem\"))?"),
    ];

    /// <summary>Where keys may come from.</summary>
    public static ImmutableArray<Remedy> Keys { get; } =
    [
        new(null, "Take keys only from your own configuration or from one fixed key set address; let kid choose among them by an exact match and refuse every other; ignore jwk, jku, x5u and x5c of the header (RFC 8725, section 3.10). Never build a path, a query or an address from kid."),
        new(
            ServerStack.AspNetCore,
            "Give a fixed set of keys; do not write an IssuerSigningKeyResolver that reads the header's key or builds a path.",
            "options.TokenValidationParameters.IssuerSigningKeyResolver = (_, _, kid, _) => [new SymmetricSecurityKey(File.ReadAllBytes($\"keys/{kid}\"))];",
            "options.TokenValidationParameters.IssuerSigningKeys = issuerKeys;"),
        new(
            ServerStack.Node,
            "Look kid up in a map of your own, and read nothing else of the header.",
            """
            const { header } = jwt.decode(token, { complete: true })
            const key = header.jwk ? crypto.createPublicKey({ key: header.jwk, format: 'jwk' })
              : header.jku ? await fetch(header.jku).then(answer => answer.text())
              : fs.readFileSync(`keys/${header.kid}`)
            const claims = jwt.verify(token, key)
            """,
            """
            const { header } = jwt.decode(token, { complete: true })
            if (!keys.has(header.kid)) return res.sendStatus(401)
            const claims = jwt.verify(token, keys.get(header.kid), { algorithms: ['ES256'] })
            """),
        new(
            ServerStack.Go,
            "Look kid up in a map of your own.",
            "row := db.QueryRow(\"SELECT key FROM keys WHERE kid='\" + kid + \"'\")",
            "key, ok := keys[token.Header[\"kid\"].(string)]; if !ok { return nil, errors.New(\"unknown key\") }"),
        new(
            ServerStack.Axum,
            "Look kid up in a map of your own.",
            "let key = DecodingKey::from_jwk(&header.jwk.unwrap())?;",
            "let key = keys.get(header.kid.as_deref().unwrap_or_default()).ok_or(StatusCode::UNAUTHORIZED)?;"),
        new(
            ServerStack.Envoy,
            "Fetch keys from one fixed address.",
            null,
            "remote_jwks: { http_uri: { uri: https://issuer.example.com/jwks.json, cluster: issuer, timeout: 1s } }"),
    ];
}

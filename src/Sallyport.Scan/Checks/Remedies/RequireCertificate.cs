using System.Collections.Immutable;
using Sallyport.Scan.Findings;

namespace Sallyport.Scan.Checks.Remedies;

/// <summary>How each stack is made to require a client certificate instead of asking for one.</summary>
internal static class RequireCertificate
{
    /// <summary>General advice first, then one remedy a stack.</summary>
    public static ImmutableArray<Remedy> All { get; } =
    [
        new(null, "Require a client certificate on every listener, name, port and protocol version, and refuse the connection when none comes. Asking for one is not requiring it."),
        new(
            ServerStack.AspNetCore,
            "Require the certificate on the listener and give Kestrel the only CA it may trust; AllowCertificate and DelayCertificate leave the decision to code that may not run.",
            "https.ClientCertificateMode = ClientCertificateMode.AllowCertificate;",
            """
            https.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
            https.OnAuthenticate = (_, tls) => tls.CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                CustomTrustStore = { clientCa },
                ApplicationPolicy = { new Oid("1.3.6.1.5.5.7.3.2") },
                DisableCertificateDownloads = true,
                RevocationMode = X509RevocationMode.NoCheck, // revocation from your own snapshot, never inside the handshake
            };
            """),
        new(
            ServerStack.Nginx,
            "Set ssl_verify_client to on in every server block of the address, the default one too.",
            "ssl_verify_client optional;",
            """
            ssl_client_certificate /etc/nginx/client-ca.pem;
            ssl_verify_client      on;
            ssl_verify_depth       2;
            """),
        new(
            ServerStack.Haproxy,
            "Set verify required on the bind line and in every crt-list entry.",
            "bind :443 ssl crt server.pem ca-file client-ca.pem verify optional",
            "bind :443 ssl crt server.pem ca-file client-ca.pem verify required"),
        new(
            ServerStack.Envoy,
            "Set require_client_certificate in every downstream TLS context; a validation context alone only checks what is offered.",
            "require_client_certificate: false",
            """
            common_tls_context:
              validation_context:
                trusted_ca: { filename: /etc/envoy/client-ca.pem }
            require_client_certificate: true
            """),
        new(
            ServerStack.Go,
            "Use RequireAndVerifyClientCert with a pool of your own; RequestClientCert and RequireAnyClientCert verify nothing.",
            "cfg := &tls.Config{ClientAuth: tls.RequestClientCert}",
            "cfg := &tls.Config{ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: pool, MinVersion: tls.VersionTLS12}"),
        new(
            ServerStack.Node,
            "Ask for the certificate and let the TLS layer refuse: rejectUnauthorized must be true, with your own ca.",
            "https.createServer({ key, cert, requestCert: true, rejectUnauthorized: false }, app)",
            "https.createServer({ key, cert, ca: clientCa, requestCert: true, rejectUnauthorized: true }, app)"),
        new(
            ServerStack.Axum,
            "Build the rustls ServerConfig with a client verifier over your own roots.",
            "ServerConfig::builder().with_no_client_auth()",
            """
            let verifier = WebPkiClientVerifier::builder(Arc::new(roots)).build()?;
            ServerConfig::builder().with_client_cert_verifier(verifier)
            """),
    ];
}

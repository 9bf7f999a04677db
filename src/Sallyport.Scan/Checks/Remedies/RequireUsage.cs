using System.Collections.Immutable;
using Sallyport.Scan.Findings;

namespace Sallyport.Scan.Checks.Remedies;

/// <summary>How each stack is made to admit only certificates that were issued for clients.</summary>
internal static class RequireUsage
{
    /// <summary>General advice first, then one remedy a stack.</summary>
    public static ImmutableArray<Remedy> All { get; } =
    [
        new(null, "Give clients a CA of their own that issues clientAuth and nothing else, and refuse every certificate whose extended key usage does not name clientAuth: absent and anyExtendedKeyUsage are not enough."),
        new(
            ServerStack.AspNetCore,
            "A chain policy takes a certificate without extended key usage for one that may do everything: look at the extension itself.",
            "https.ClientCertificateValidation = (_, _, errors) => errors == SslPolicyErrors.None;",
            """
            https.ClientCertificateValidation = (certificate, _, errors) =>
                errors == SslPolicyErrors.None && certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>()
                    .Any(usage => usage.EnhancedKeyUsages.Cast<Oid>().Any(oid => oid.Value == "1.3.6.1.5.5.7.3.2"));
            """),
        new(
            ServerStack.Nginx,
            "OpenSSL checks the usage only where the certificate states one, and nginx has no variable for it: trust a CA that issues client certificates only, and let the application look at $ssl_client_escaped_cert.",
            "ssl_client_certificate /etc/nginx/all-purposes-ca.pem;",
            """
            ssl_client_certificate /etc/nginx/clients-only-ca.pem;
            proxy_set_header X-Client-Cert $ssl_client_escaped_cert;
            """),
        new(
            ServerStack.Haproxy,
            "OpenSSL checks the usage only where the certificate states one: trust a CA that issues client certificates only.",
            "bind :443 ssl crt server.pem ca-file all-purposes-ca.pem verify required",
            "bind :443 ssl crt server.pem ca-file clients-only-ca.pem verify required"),
        new(
            ServerStack.Go,
            "crypto/tls demands clientAuth only where a usage is stated: look at the leaf in VerifyConnection.",
            "cfg := &tls.Config{ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: pool}",
            """
            cfg.VerifyConnection = func(s tls.ConnectionState) error {
                if !slices.Contains(s.PeerCertificates[0].ExtKeyUsage, x509.ExtKeyUsageClientAuth) {
                    return errors.New("not a client certificate")
                }
                return nil
            }
            """),
        new(
            ServerStack.Node,
            "Look at ext_key_usage of the peer certificate on each connection.",
            "https.createServer({ key, cert, ca, requestCert: true, rejectUnauthorized: true }, app)",
            """
            server.on('secureConnection', socket => {
              if (!(socket.getPeerCertificate().ext_key_usage || []).includes('1.3.6.1.5.5.7.3.2')) socket.destroy();
            });
            """),
        new(
            ServerStack.Axum,
            "WebPkiClientVerifier takes a certificate without extended key usage: wrap it in a verifier of your own that looks at the extension after it has said yes.",
            "WebPkiClientVerifier::builder(roots).build()?",
            "let verifier = DemandClientAuth::over(WebPkiClientVerifier::builder(roots).build()?);"),
    ];
}

using System.Collections.Immutable;
using Sallyport.Scan.Findings;

namespace Sallyport.Scan.Checks.Remedies;

/// <summary>How each stack is made to verify the certificate it was shown.</summary>
internal static class VerifyCertificate
{
    /// <summary>General advice first, then one remedy a stack.</summary>
    public static ImmutableArray<Remedy> All { get; } =
    [
        new(null, "Verify the whole chain against your own CA only: signature, dates, basic constraints, key usage and the clientAuth extended key usage; never replace the verifier by a callback that answers yes."),
        new(
            ServerStack.AspNetCore,
            "Do not answer true from ClientCertificateValidation; trust your own CA and demand the clientAuth usage.",
            "https.ClientCertificateValidation = (_, _, _) => true;",
            """
            https.ClientCertificateValidation = (certificate, chain, errors) =>
                errors == SslPolicyErrors.None && certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>()
                    .Any(usage => usage.EnhancedKeyUsages.Cast<Oid>().Any(oid => oid.Value == "1.3.6.1.5.5.7.3.2"));
            """),
        new(
            ServerStack.Nginx,
            "Use ssl_verify_client on. optional_no_ca verifies nothing: the application would have to check $ssl_client_verify on every request.",
            "ssl_verify_client optional_no_ca;",
            """
            ssl_client_certificate /etc/nginx/client-ca.pem;
            ssl_verify_client      on;
            """),
        new(
            ServerStack.Haproxy,
            "Remove ca-ignore-err and crt-ignore-err, which serve the request although the certificate failed.",
            "bind :443 ssl crt server.pem ca-file client-ca.pem verify required ca-ignore-err all crt-ignore-err all",
            "bind :443 ssl crt server.pem ca-file client-ca.pem verify required"),
        new(
            ServerStack.Envoy,
            "Remove trust_chain_verification ACCEPT_UNTRUSTED and name the CA.",
            "validation_context: { trust_chain_verification: ACCEPT_UNTRUSTED }",
            "validation_context: { trusted_ca: { filename: /etc/envoy/client-ca.pem } }"),
        new(
            ServerStack.Go,
            "RequireAnyClientCert takes any certificate; verify against your own pool.",
            "cfg := &tls.Config{ClientAuth: tls.RequireAnyClientCert}",
            "cfg := &tls.Config{ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: pool}"),
        new(
            ServerStack.Node,
            "With rejectUnauthorized false every certificate is served unless the code looks at socket.authorized on each request.",
            "https.createServer({ key, cert, ca: clientCa, requestCert: true, rejectUnauthorized: false }, app)",
            "https.createServer({ key, cert, ca: clientCa, requestCert: true, rejectUnauthorized: true }, app)"),
        new(
            ServerStack.Axum,
            "Use WebPkiClientVerifier; an own ClientCertVerifier that returns ClientCertVerified::assertion() accepts everyone.",
            "fn verify_client_cert(..) -> Result<ClientCertVerified, Error> { Ok(ClientCertVerified::assertion()) }",
            "let verifier = WebPkiClientVerifier::builder(Arc::new(roots)).with_crls(crls).build()?;"),
    ];
}

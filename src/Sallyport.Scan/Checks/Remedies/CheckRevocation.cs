using System.Collections.Immutable;
using Sallyport.Scan.Findings;

namespace Sallyport.Scan.Checks.Remedies;

/// <summary>How each stack is made to refuse revoked certificates.</summary>
internal static class CheckRevocation
{
    /// <summary>General advice first, then one remedy a stack.</summary>
    public static ImmutableArray<Remedy> All { get; } =
    [
        new(null, "Give the server a fresh CRL or an OCSP source, refuse when it is stale, reload it without a restart, and end open connections and tickets of what was revoked."),
        new(
            ServerStack.AspNetCore,
            "Load the CRL outside the handshake and compare issuer and serial there; the platform's Online mode believes a cached CRL until it expires and blocks the handshake when it fetches.",
            "https.CheckCertificateRevocation = false;",
            "https.ClientCertificateValidation = (certificate, _, errors) => errors == SslPolicyErrors.None && !revocations.Contains(certificate);"),
        new(
            ServerStack.Nginx,
            "Name the CRL of every CA of the chain and reload nginx when it changes.",
            "ssl_verify_client on;",
            """
            ssl_verify_client on;
            ssl_crl           /etc/nginx/client-ca.crl.pem;
            """),
        new(
            ServerStack.Haproxy,
            "Add crl-file to the bind line; update it at run time with set ssl crl-file.",
            "bind :443 ssl crt server.pem ca-file client-ca.pem verify required",
            "bind :443 ssl crt server.pem ca-file client-ca.pem crl-file client-ca.crl.pem verify required"),
        new(
            ServerStack.Envoy,
            "Add the CRL to the validation context and leave only_verify_leaf_cert_crl off, so that intermediates are checked too.",
            "validation_context: { trusted_ca: { filename: /etc/envoy/client-ca.pem } }",
            "validation_context: { trusted_ca: { filename: /etc/envoy/client-ca.pem }, crl: { filename: /etc/envoy/client-ca.crl.pem } }"),
        new(
            ServerStack.Go,
            "crypto/tls checks no revocation: do it in VerifyConnection, which also runs on resumed connections.",
            "cfg.VerifyConnection = nil",
            "cfg.VerifyConnection = func(s tls.ConnectionState) error { return crl.Refuse(s.PeerCertificates) }"),
        new(
            ServerStack.Node,
            "Give the crl option beside ca and renew the context with setSecureContext when it changes.",
            "https.createServer({ key, cert, ca, requestCert: true, rejectUnauthorized: true }, app)",
            "https.createServer({ key, cert, ca, crl, requestCert: true, rejectUnauthorized: true }, app)"),
        new(
            ServerStack.Axum,
            "Add the CRLs to the client verifier.",
            "WebPkiClientVerifier::builder(roots).build()?",
            "WebPkiClientVerifier::builder(roots).with_crls(crls).build()?"),
    ];
}

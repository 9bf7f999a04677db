using System.Collections.Immutable;
using Sallyport.Scan.Findings;

namespace Sallyport.Scan.Checks.Remedies;

/// <summary>How each stack is limited to current versions and suites.</summary>
internal static class HardenChannel
{
    /// <summary>General advice first, then one remedy a stack.</summary>
    public static ImmutableArray<Remedy> All { get; } =
    [
        new(null, "Offer TLS 1.3 and 1.2 only, with ephemeral key exchange and authenticated encryption (RFC 9325, sections 3.1 and 4.2); no compression, no renegotiation started by the client."),
        new(
            ServerStack.AspNetCore,
            "Name the versions and, on Linux, the suites.",
            "https.SslProtocols = SslProtocols.None; // whatever the system allows",
            """
            https.SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13;
            https.OnAuthenticate = (_, tls) => tls.CipherSuitesPolicy = new CipherSuitesPolicy(
            [
                TlsCipherSuite.TLS_AES_128_GCM_SHA256, TlsCipherSuite.TLS_AES_256_GCM_SHA384, TlsCipherSuite.TLS_CHACHA20_POLY1305_SHA256,
                TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
            ]);
            """),
        new(
            ServerStack.Nginx,
            "Name the versions and the suites in the http block, so that no server block falls back to defaults.",
            "ssl_protocols TLSv1 TLSv1.1 TLSv1.2 TLSv1.3;",
            """
            ssl_protocols TLSv1.2 TLSv1.3;
            ssl_ciphers   ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305;
            """),
        new(
            ServerStack.Haproxy,
            "Set the defaults of every bind line in the global section.",
            "ssl-default-bind-options ssl-min-ver TLSv1.0",
            """
            ssl-default-bind-options ssl-min-ver TLSv1.2
            ssl-default-bind-ciphers ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256
            """),
        new(
            ServerStack.Envoy,
            "Set the minimum version and the suites in tls_params.",
            "tls_minimum_protocol_version: TLSv1_0",
            "tls_params: { tls_minimum_protocol_version: TLSv1_2, cipher_suites: [ECDHE-ECDSA-AES128-GCM-SHA256, ECDHE-RSA-AES128-GCM-SHA256] }"),
        new(
            ServerStack.Go,
            "Leave CipherSuites unset and set the minimum version.",
            "cfg := &tls.Config{MinVersion: tls.VersionTLS10}",
            "cfg := &tls.Config{MinVersion: tls.VersionTLS12}"),
        new(
            ServerStack.Node,
            "Set minVersion and the suites.",
            "https.createServer({ key, cert, minVersion: 'TLSv1', ciphers: 'ALL' }, app)",
            "https.createServer({ key, cert, minVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256' }, app)"),
        new(ServerStack.Axum, "rustls offers nothing older than TLS 1.2 and no weak suite: keep its defaults and keep it current."),
    ];
}

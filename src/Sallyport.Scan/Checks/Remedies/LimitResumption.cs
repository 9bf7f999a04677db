using System.Collections.Immutable;
using Sallyport.Scan.Findings;

namespace Sallyport.Scan.Checks.Remedies;

/// <summary>How each stack is kept from resuming a session into a policy it never passed.</summary>
internal static class LimitResumption
{
    /// <summary>General advice first, then one remedy a stack.</summary>
    public static ImmutableArray<Remedy> All { get; } =
    [
        new(null, "Where client certificates decide, switch resumption off, or bind tickets to the name and policy they were issued under and check the certificate again when they come back."),
        new(
            ServerStack.AspNetCore,
            "Switch resumption off for the listener, in OnAuthenticate.",
            "https.ClientCertificateMode = ClientCertificateMode.RequireCertificate;",
            "https.OnAuthenticate = (_, tls) => tls.AllowTlsResume = false;"),
        new(
            ServerStack.Nginx,
            "Update (CVE-2025-23419 is fixed in 1.26.3 and 1.27.4) and switch tickets off where names differ in client policy.",
            "ssl_session_tickets on;",
            """
            ssl_session_tickets off;
            ssl_session_cache   none;
            """),
        new(
            ServerStack.Haproxy,
            "Switch tickets and the session cache off on bind lines whose crt-list entries differ in client policy, or use one bind line a policy.",
            "bind :443 ssl crt-list /etc/haproxy/names.list",
            """
            global
                tune.ssl.cachesize 0
            frontend tls
                bind :443 ssl crt-list /etc/haproxy/names.list no-tls-tickets
            """),
        new(
            ServerStack.Envoy,
            "Disable stateless and stateful resumption in the downstream TLS context.",
            "disable_stateless_session_resumption: false",
            """
            disable_stateless_session_resumption: true
            disable_stateful_session_resumption: true
            """),
        new(
            ServerStack.Go,
            "Give each policy its own Config with its own ticket keys, check in VerifyConnection, and keep Go at a version with the fix of CVE-2025-68121.",
            "GetConfigForClient: func(h *tls.ClientHelloInfo) (*tls.Config, error) { return base.Clone(), nil }",
            "cfg.SessionTicketsDisabled = true"),
        new(
            ServerStack.Node,
            "addContext shares tickets between names: switch them off, or use one server a policy.",
            "https.createServer({ ...options })",
            "https.createServer({ ...options, secureOptions: constants.SSL_OP_NO_TICKET, sessionTimeout: 1 })"),
        new(
            ServerStack.Axum,
            "Do not share a ticketer between ServerConfigs of different policy; switch it off where client certificates decide.",
            "config.ticketer = shared_ticketer.clone();",
            """
            config.send_tls13_tickets = 0;
            config.session_storage = Arc::new(NoServerSessionStorage {});
            """),
    ];
}

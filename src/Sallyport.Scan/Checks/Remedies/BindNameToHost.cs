using System.Collections.Immutable;
using Sallyport.Scan.Findings;

namespace Sallyport.Scan.Checks.Remedies;

/// <summary>How each stack is made to serve only the host whose TLS policy the connection passed.</summary>
internal static class BindNameToHost
{
    /// <summary>General advice first, then one remedy a stack.</summary>
    public static ImmutableArray<Remedy> All { get; } =
    [
        new(null, "Compare the Host or :authority of every request with the SNI of its connection, without case, port and a trailing dot, and answer 421 (RFC 9110, section 15.5.20) when they differ; give unknown names the strictest policy."),
        new(
            ServerStack.AspNetCore,
            "Kestrel does not compare them: do it in the first middleware.",
            "app.MapControllers();",
            """
            app.Use((context, next) =>
            {
                string? sni = context.Features.Get<ITlsHandshakeFeature>()?.HostName;
                if (string.Equals(sni, context.Request.Host.Host, StringComparison.OrdinalIgnoreCase)) { return next(context); }
                context.Response.StatusCode = StatusCodes.Status421MisdirectedRequest;
                return Task.CompletedTask;
            });
            """),
        new(
            ServerStack.Nginx,
            "Keep nginx at 1.27.4, 1.26.3 or a distribution's patched version, where a virtual host that verifies clients answers 421 to a foreign SNI; refuse unknown names in the default server.",
            "server { listen 443 ssl default_server; }",
            "server { listen 443 ssl default_server; ssl_reject_handshake on; }"),
        new(
            ServerStack.Haproxy,
            "Require the SNI to be the host before any routing.",
            "use_backend secret if { hdr(host) -i secret.example }",
            """
            http-request set-var(txn.host) hdr(host),host_only,lower
            acl sni_is_host ssl_fc_sni,lower,strcmp(txn.host) eq 0
            http-request return status 421 unless sni_is_host
            """),
        new(
            ServerStack.Envoy,
            "Give each filter chain its own routes with only its own domains, so that no chain can reach another's virtual host.",
            "virtual_hosts: [ { domains: [\"*\"] } ]",
            "virtual_hosts: [ { name: secret, domains: [\"secret.example\", \"secret.example:*\"] } ]"),
        new(
            ServerStack.Go,
            "Compare r.TLS.ServerName with r.Host in the outermost handler.",
            "mux.ServeHTTP(w, r)",
            """
            host, _, err := net.SplitHostPort(r.Host)
            if err != nil { host = r.Host }
            if !strings.EqualFold(r.TLS.ServerName, host) { http.Error(w, "misdirected request", http.StatusMisdirectedRequest); return }
            mux.ServeHTTP(w, r)
            """),
        new(
            ServerStack.Node,
            "Node compares nothing: look at socket.servername on every request.",
            "const app = (req, res) => route(req, res)",
            """
            const app = (req, res) => {
              const host = (req.headers.host ?? '').split(':')[0].toLowerCase()
              if (host !== String(req.socket.servername || '').toLowerCase()) { res.writeHead(421); return res.end() }
              route(req, res)
            }
            """),
        new(
            ServerStack.Axum,
            "Put the connection's server name into the request's extensions and compare it in the outermost layer.",
            "Router::new().route(\"/\", get(handler))",
            "Router::new().route(\"/\", get(handler)).layer(middleware::from_fn(refuse_foreign_host)) // 421 when server_name() != Host"),
    ];
}

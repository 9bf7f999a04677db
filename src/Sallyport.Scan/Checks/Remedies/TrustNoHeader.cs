using System.Collections.Immutable;
using Sallyport.Scan.Findings;

namespace Sallyport.Scan.Checks.Remedies;

/// <summary>How identity headers are believed only from the proxy that sets them.</summary>
internal static class TrustNoHeader
{
    /// <summary>For identity headers that a client sends.</summary>
    public static ImmutableArray<Remedy> Identity { get; } =
    [
        new(null, "Let the proxy delete every identity header that comes in and set its own after it; let the application believe them only from that proxy, over mutual TLS, and refuse a header that comes twice."),
        new(
            ServerStack.AspNetCore,
            "Forward certificates only behind a proxy that strips the header, and bind the backend to that proxy: a certificate of its own, or loopback.",
            """
            builder.Services.AddCertificateForwarding(o => o.CertificateHeader = "X-ARR-ClientCert");
            app.UseCertificateForwarding();
            """,
            """
            // nobody connects from another machine, or without a certificate
            kestrel.ListenLocalhost(5000, listen => listen.UseHttps(https => https.ClientCertificateMode = ClientCertificateMode.RequireCertificate));
            builder.Services.AddCertificateForwarding(o => o.CertificateHeader = "X-ARR-ClientCert");
            // and the header is read only when the certificate of the connection is the proxy's
            app.UseWhen(c => c.Connection.ClientCertificate is { } peer && proxies.Contains(peer.GetCertHashString(HashAlgorithmName.SHA256)),
                trusted => trusted.UseCertificateForwarding());
            """),
        new(
            ServerStack.Nginx,
            "Set the headers from the handshake in every location that proxies: proxy_set_header replaces what the client sent. Every other name that the backend, or a library of it, reads must be emptied; nginx knows no pattern for them. Leave underscores_in_headers off, which is the default.",
            "proxy_pass http://backend;",
            """
            proxy_set_header X-SSL-Client-Verify     $ssl_client_verify;
            proxy_set_header X-SSL-Client-S-DN       $ssl_client_s_dn;
            proxy_set_header X-SSL-Client-Cert       $ssl_client_escaped_cert;
            proxy_set_header X-SSL-Client-CN         "";
            proxy_set_header X-Client-Cert           "";
            proxy_set_header X-Client-Verify         "";
            proxy_set_header X-Client-CN             "";
            proxy_set_header X-Client-DN             "";
            proxy_set_header X-ARR-ClientCert        "";
            proxy_set_header X-Forwarded-Client-Cert "";
            proxy_set_header Client-Cert             "";
            proxy_set_header Client-Cert-Chain       "";
            proxy_set_header X-Remote-User           "";
            proxy_set_header Remote-User             "";
            proxy_set_header X-Forwarded-User        "";
            proxy_set_header X-Auth-Request-User     "";
            proxy_set_header X-Authenticated-User    "";
            proxy_set_header X-User                  "";
            proxy_pass https://backend;
            """),
        new(
            ServerStack.Haproxy,
            "Delete every name that the backend, or a library of it, reads before you set your own; names match without regard to case.",
            "http-request set-header X-SSL-Client-CN %{+Q}[ssl_c_s_dn(cn)]",
            """
            http-request del-header x-ssl-client- -m beg
            http-request del-header ssl_client -m beg
            http-request del-header client-cert -m beg
            http-request del-header x-client- -m beg
            http-request del-header x-arr-clientcert
            http-request del-header x-forwarded-client-cert
            http-request del-header x-forwarded-tls-client- -m beg
            http-request del-header x-amzn-mtls- -m beg
            http-request del-header remote-user
            http-request del-header x-remote-user
            http-request del-header x-forwarded-user
            http-request del-header x-auth-request- -m beg
            http-request del-header x-authenticated-user
            http-request del-header x-user
            http-request set-header X-SSL-Client-CN %[ssl_c_s_dn(cn)] if { ssl_c_used } { ssl_c_verify 0 }
            """),
        new(
            ServerStack.Envoy,
            "Sanitize, then set: never forward what a client says.",
            "forward_client_cert_details: ALWAYS_FORWARD_ONLY",
            """
            forward_client_cert_details: SANITIZE_SET
            set_current_client_cert_details: { subject: true, uri: true, cert: true }
            """),
        new(
            ServerStack.Go,
            "Read the identity from the connection; behind a proxy, only when the connection is the proxy's.",
            "user := r.Header.Get(\"X-Client-CN\")",
            "if r.TLS == nil || len(r.TLS.VerifiedChains) == 0 { http.Error(w, \"certificate required\", 401); return }\nuser := accountOf(r.TLS.VerifiedChains[0][0])"),
        new(
            ServerStack.Node,
            "Read the identity from the socket; behind a proxy, only when the socket's own certificate is the proxy's.",
            """
            const shown = req.headers['client-cert'] && new crypto.X509Certificate(Buffer.from(req.headers['client-cert'].slice(1, -1), 'base64'));
            const user = req.headers['x-client-cn'] ?? accountOf(shown ?? req.socket.getPeerX509Certificate());
            """,
            "if (!req.socket.authorized) return res.sendStatus(401);\nconst user = accountOf(req.socket.getPeerX509Certificate());"),
        new(
            ServerStack.Axum,
            "Take the certificate from the acceptor and put it into the request's extensions; read no header.",
            "headers.get(\"x-client-cn\")",
            "req.extensions().get::<VerifiedClientCertificate>().ok_or(StatusCode::UNAUTHORIZED)?"),
    ];

    /// <summary>For addresses, hosts and paths in headers.</summary>
    public static ImmutableArray<Remedy> Forwarded { get; } =
    [
        new(null, "Read forwarding headers only from known proxies, decide nothing by the address or the path in them, and build links from a configured host."),
        new(
            ServerStack.AspNetCore,
            "Name the headers that the proxy sets, and the proxies: with both lists empty everybody is one, and loopback is on them from the start. X-Forwarded-Host only with AllowedHosts.",
            """
            options.ForwardedHeaders = ForwardedHeaders.All;
            options.KnownProxies.Clear(); options.KnownIPNetworks.Clear();
            """,
            """
            options.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto;
            options.KnownProxies.Clear(); options.KnownIPNetworks.Clear();
            options.KnownProxies.Add(IPAddress.Parse("10.0.0.2"));
            """),
        new(
            ServerStack.Nginx,
            "Replace what comes in.",
            "proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;",
            """
            proxy_set_header X-Forwarded-For  $remote_addr;
            proxy_set_header X-Forwarded-Host $host;
            proxy_set_header Forwarded        "";
            proxy_set_header X-Original-URL   "";
            proxy_set_header X-Rewrite-URL    "";
            """),
        new(ServerStack.Haproxy, "Delete, then set.", "option forwardfor", "http-request del-header x-forwarded- -m beg\nhttp-request del-header x-original-url\nhttp-request del-header x-rewrite-url\nhttp-request del-header forwarded\nhttp-request set-header X-Forwarded-For %[src]"),
        new(ServerStack.Envoy, "Do not trust hops that are not yours.", "use_remote_address: false", "use_remote_address: true\nxff_num_trusted_hops: 0"),
        new(ServerStack.Node, "Name the proxies.", "app.set('trust proxy', true);", "app.set('trust proxy', ['10.0.0.2']);"),
        new(ServerStack.Go, "Use the connection's address for decisions.", "ip := r.Header.Get(\"X-Forwarded-For\")", "ip, _, _ := net.SplitHostPort(r.RemoteAddr)"),
    ];

    /// <summary>For paths that two parties read differently.</summary>
    public static ImmutableArray<Remedy> Paths { get; } =
    [
        new(null, "Normalise the path once, before anything is decided by it, refuse what is not in normal form, and decide where the operation is chosen (a policy on the endpoint), not by a prefix in front."),
        new(
            ServerStack.AspNetCore,
            "Put the policy on the group that the endpoints are mapped on, not on a prefix in a middleware of your own: routing compares without regard to case, text does not.",
            """
            app.Use((c, next) => $"{c.Request.Path}".StartsWith("/admin/", StringComparison.Ordinal) && !c.User.IsInRole("admin") ? Forbid(c) : next(c));
            app.MapGet("/admin/accounts", Accounts);
            """,
            """
            RouteGroupBuilder admin = app.MapGroup("/admin").RequireAuthorization(policy => policy.RequireRole("admin"));
            admin.MapGet("/accounts", Accounts);
            """),
        new(
            ServerStack.Nginx,
            "Pass the path on as it was matched: no rewriting URI in proxy_pass, and merge_slashes as the backend does.",
            "location /admin { deny all; }  location / { proxy_pass http://backend/; }",
            "location ~* \"^/admin(?:[/;]|$)\" { deny all; }  location / { proxy_pass http://backend; }"),
        new(ServerStack.Haproxy, "Refuse what is not in normal form, before the rules.", "http-request deny if { path_beg /admin }", "http-request deny deny_status 400 if { path -m reg -i (//|/\\.|;|%2[ef]|%5c|%00) }\nhttp-request deny if { path_beg -i /admin }"),
        new(ServerStack.Envoy, "Normalise and refuse escaped slashes.", "normalize_path: false", "normalize_path: true\nmerge_slashes: true\npath_with_escaped_slashes_action: REJECT_REQUEST"),
        new(ServerStack.Node, "Put the guard on the router that has the operation.",
            """
            const admin = express.Router();
            app.use((req, res, next) => req.url.startsWith('/admin') ? requireAdmin(req, res, next) : next());
            app.use('/admin', admin);
            """,
            """
            const admin = express.Router({ caseSensitive: true, strict: true });
            admin.use(requireAdmin);
            app.use('/admin', admin);
            """),
        new(ServerStack.Go, "Guard the handler, not the path.", "if strings.HasPrefix(r.URL.Path, \"/admin\") { … }", "mux.Handle(\"GET /admin/accounts\", requireAdmin(accounts))"),
    ];

    /// <summary>For backends that answer from outside.</summary>
    public static ImmutableArray<Remedy> Backends { get; } =
    [
        new(null, "Let the backend take connections of its proxy only: bind it to loopback or a private network, and ask the proxy for a certificate of its own."),
        new(ServerStack.AspNetCore, "Bind to loopback, or require the proxy's certificate.", "kestrel.ListenAnyIP(8080);", "kestrel.ListenLocalhost(8080);"),
        new(ServerStack.Nginx, "Show the backend a certificate, and let it refuse everybody else.", "proxy_pass http://10.0.0.5:8080;", "proxy_pass https://10.0.0.5:8443;\nproxy_ssl_certificate     /etc/nginx/proxy.pem;\nproxy_ssl_certificate_key /etc/nginx/proxy.key;\nproxy_ssl_trusted_certificate /etc/nginx/backend-ca.pem;\nproxy_ssl_verify on;"),
        new(ServerStack.Haproxy, "Show the backend a certificate.", "server app 10.0.0.5:8080", "server app 10.0.0.5:8443 ssl crt /etc/haproxy/proxy.pem ca-file /etc/haproxy/backend-ca.pem verify required"),
        new(ServerStack.Node, "Bind to loopback.", "server.listen(8080);", "server.listen(8080, '127.0.0.1');"),
        new(ServerStack.Go, "Bind to loopback.", "http.ListenAndServe(\":8080\", mux)", "http.ListenAndServe(\"127.0.0.1:8080\", mux)"),
        new(ServerStack.Axum, "Bind to loopback.", "TcpListener::bind(\"0.0.0.0:8080\")", "TcpListener::bind(\"127.0.0.1:8080\")"),
    ];
}

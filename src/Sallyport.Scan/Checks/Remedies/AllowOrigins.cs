using System.Collections.Immutable;
using Sallyport.Scan.Findings;

namespace Sallyport.Scan.Checks.Remedies;

/// <summary>Which origins may read answers and open sockets.</summary>
internal static class AllowOrigins
{
    /// <summary>For answers: general advice first, then one remedy a stack.</summary>
    public static ImmutableArray<Remedy> All { get; } =
    [
        new(null, "Compare Origin with an exact list of whole origins (scheme, host, port); send Access-Control-Allow-Origin and Allow-Credentials for those only, with Vary: Origin, and nothing for all others. Never allow null, plain http, or a match by beginning, end or pattern."),
        new(ServerStack.AspNetCore, "A policy with the exact origins.",
            "policy.SetIsOriginAllowed(_ => true).AllowCredentials()",
            "policy.WithOrigins(\"https://app.example.com\").AllowCredentials()"),
        new(ServerStack.Nginx, "Map the origin to itself only when it is on the list; an empty value adds no header, and what the backend says is hidden.",
            """
            add_header Access-Control-Allow-Origin $http_origin always;
            add_header Access-Control-Allow-Credentials true always;
            """,
            """
            map $http_origin $allowed_origin { default ""; "https://app.example.com" $http_origin; }
            map $allowed_origin $allow_credentials { default ""; "~." true; }
            proxy_hide_header Access-Control-Allow-Origin;
            proxy_hide_header Access-Control-Allow-Credentials;
            add_header Access-Control-Allow-Origin $allowed_origin always;
            add_header Access-Control-Allow-Credentials $allow_credentials always;
            add_header Vary Origin always;
            """),
        new(ServerStack.Haproxy, "Set the headers for an exact match only.",
            """
            http-request set-var(txn.origin) req.hdr(origin)
            http-response set-header Access-Control-Allow-Origin %[var(txn.origin)] if { var(txn.origin) -m found }
            http-response set-header Access-Control-Allow-Credentials true if { var(txn.origin) -m found }
            """,
            """
            http-request set-var(txn.origin) req.hdr(origin)
            http-response del-header Access-Control-Allow-Origin
            http-response del-header Access-Control-Allow-Credentials
            http-response set-header Access-Control-Allow-Origin https://app.example.com if { var(txn.origin) -m str https://app.example.com }
            http-response set-header Access-Control-Allow-Credentials true if { var(txn.origin) -m str https://app.example.com }
            http-response add-header Vary Origin
            """),
        new(ServerStack.Envoy, "The cors filter with exact matches.",
            "allow_origin_string_match: [ { safe_regex: { regex: \".*\" } } ]",
            "allow_origin_string_match: [ { exact: \"https://app.example.com\" } ]"),
        new(ServerStack.Go, "Look the origin up in a set.",
            "w.Header().Set(\"Access-Control-Allow-Origin\", r.Header.Get(\"Origin\"))",
            """
            w.Header().Add("Vary", "Origin")
            if origin := r.Header.Get("Origin"); allowed[origin] {
                w.Header().Set("Access-Control-Allow-Origin", origin)
                w.Header().Set("Access-Control-Allow-Credentials", "true")
            }
            """),
        new(ServerStack.Node, "cors with a list, not with true.",
            "app.use(cors({ origin: true, credentials: true }))",
            "app.use(cors({ origin: ['https://app.example.com'], credentials: true }))"),
        new(ServerStack.Axum, "CorsLayer with a list.",
            "CorsLayer::new().allow_origin(AllowOrigin::mirror_request()).allow_credentials(true)",
            "CorsLayer::new().allow_origin([HeaderValue::from_static(\"https://app.example.com\")]).allow_credentials(true)"),
    ];

    /// <summary>For sockets: general advice first, then one remedy a stack.</summary>
    public static ImmutableArray<Remedy> Sockets { get; } =
    [
        new(null, "Compare the Origin of the upgrade with the exact list of the site's own origins before 101 is sent; browsers always send it. CORS does not protect WebSockets."),
        new(ServerStack.AspNetCore, "AllowedOrigins of the WebSocket options.",
            "app.UseWebSockets();",
            """
            var options = new WebSocketOptions();
            options.AllowedOrigins.Add("https://app.example.com");
            app.UseWebSockets(options);
            """),
        new(ServerStack.Nginx, "Refuse the upgrade of other origins.",
            "location /ws { proxy_pass http://backend; proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade; }",
            """
            map $http_origin $own_origin { default 0; "https://app.example.com" 1; }
            location /ws {
              if ($own_origin = 0) { return 403; }
              proxy_pass http://backend; proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade;
            }
            """),
        new(ServerStack.Haproxy, "Deny upgrades of other origins.",
            "use_backend sockets if { req.hdr(upgrade) -i websocket }",
            "http-request deny deny_status 403 if { req.hdr(upgrade) -i websocket } !{ req.hdr(origin) -m str https://app.example.com }"),
        new(ServerStack.Go, "CheckOrigin with an exact comparison (gorilla/websocket).",
            "upgrader := websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}",
            "upgrader := websocket.Upgrader{CheckOrigin: func(r *http.Request) bool { return r.Header.Get(\"Origin\") == \"https://app.example.com\" }}"),
        new(ServerStack.Node, "Look before the upgrade is handled (ws).",
            "const sockets = new WebSocketServer({ server });",
            """
            const sockets = new WebSocketServer({ noServer: true });
            server.on('upgrade', (request, socket, head) => {
              if (request.headers.origin !== 'https://app.example.com') return socket.destroy();
              sockets.handleUpgrade(request, socket, head, client => sockets.emit('connection', client, request));
            });
            """),
        new(ServerStack.Axum, "Compare before on_upgrade.",
            "async fn socket(upgrade: WebSocketUpgrade) -> Response { upgrade.on_upgrade(talk) }",
            """
            async fn socket(upgrade: WebSocketUpgrade, headers: HeaderMap) -> Response {
                if headers.get(ORIGIN).is_none_or(|origin| origin != "https://app.example.com") { return StatusCode::FORBIDDEN.into_response(); }
                upgrade.on_upgrade(talk)
            }
            """),
    ];
}

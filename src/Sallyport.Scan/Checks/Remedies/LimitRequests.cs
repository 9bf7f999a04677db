using System.Collections.Immutable;
using Sallyport.Scan.Findings;

namespace Sallyport.Scan.Checks.Remedies;

/// <summary>How much one client may ask.</summary>
internal static class LimitRequests
{
    /// <summary>For rates: general advice first, then one remedy a stack.</summary>
    public static ImmutableArray<Remedy> All { get; } =
    [
        new(null, "Limit by what the client is: the SHA-256 of its verified certificate, or the subject of its token; by address only for clients without either, and by the connection's own address unless a known proxy has set the header. Answer 429 with Retry-After and say the rest in RateLimit headers."),
        new(ServerStack.AspNetCore, "The limiter of ASP.NET Core, by certificate.",
            """
            builder.Services.AddRateLimiter(limits =>
            {
                limits.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
                limits.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(context => RateLimitPartition.GetFixedWindowLimiter(
                    $"{context.Request.Headers["X-Forwarded-For"]}", _ => new() { PermitLimit = 20, Window = TimeSpan.FromSeconds(1) }));
            });
            app.UseRateLimiter();
            """,
            """
            builder.Services.AddRateLimiter(limits =>
            {
                limits.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
                limits.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(context => RateLimitPartition.GetFixedWindowLimiter(
                    context.Connection.ClientCertificate is { } certificate ? Convert.ToHexString(SHA256.HashData(certificate.RawData)) : $"{context.Connection.RemoteIpAddress}",
                    _ => new() { PermitLimit = 20, Window = TimeSpan.FromSeconds(1) }));
            });
            app.UseRateLimiter();
            """),
        new(ServerStack.Nginx, "By the fingerprint of the certificate.",
            """
            map $http_x_forwarded_for $client { "" $remote_addr; default $http_x_forwarded_for; }
            limit_req_zone $client zone=api:10m rate=10r/s;
            limit_req zone=api burst=20 nodelay; limit_req_status 429;
            """,
            """
            limit_req_zone $ssl_client_fingerprint zone=api:10m rate=10r/s;
            limit_req zone=api burst=20 nodelay; limit_req_status 429;
            """),
        new(ServerStack.Haproxy, "By the certificate's SHA-1 of HAProxy's own making.",
            """
            stick-table type string len 64 size 100k expire 10s store http_req_rate(1s)
            http-request set-header X-Forwarded-For %[src] unless { req.hdr(x-forwarded-for) -m found }
            http-request track-sc0 req.hdr(x-forwarded-for)
            http-request deny deny_status 429 if { sc_http_req_rate(0) gt 20 }
            """,
            """
            stick-table type binary len 20 size 100k expire 10s store http_req_rate(1s)
            http-request track-sc0 ssl_c_sha1
            http-request deny deny_status 429 if { sc_http_req_rate(0) gt 20 }
            """),
        new(ServerStack.Envoy, "A descriptor from the peer certificate, not from a header.",
            "actions: [ { request_headers: { header_name: x-forwarded-for, descriptor_key: client } } ]",
            "actions: [ { extension: { name: client, typed_config: { \"@type\": type.googleapis.com/envoy.extensions.rate_limit_descriptors.expr.v3.Descriptor, descriptor_key: client, text: \"connection.sha256_peer_certificate_digest\" } } } ]"),
        new(ServerStack.Go, "A limiter for each certificate (golang.org/x/time/rate).",
            "limiters.Get(r.Header.Get(\"X-Forwarded-For\"))",
            """
            key := sha256.Sum256(r.TLS.VerifiedChains[0][0].Raw)
            if !limiters.Get(key).Allow() { w.Header().Set("Retry-After", "1"); http.Error(w, "too many", http.StatusTooManyRequests); return }
            """),
        new(ServerStack.Node, "express-rate-limit by fingerprint, trust proxy off.",
            "app.set('trust proxy', true); app.use(rateLimit({ limit: 100 }))",
            "app.set('trust proxy', false); app.use(rateLimit({ windowMs: 10_000, limit: 100, standardHeaders: 'draft-8', keyGenerator: req => req.socket.getPeerCertificate().fingerprint256 }))"),
        new(ServerStack.Axum, "tower_governor with a key of its own.",
            "GovernorConfigBuilder::default().key_extractor(SmartIpKeyExtractor)",
            "GovernorConfigBuilder::default().per_second(10).burst_size(20).key_extractor(PeerCertificate).finish()"),
    ];

    /// <summary>For sizes: general advice first, then one remedy a stack.</summary>
    public static ImmutableArray<Remedy> Sizes { get; } =
    [
        new(null, "Refuse or cut page sizes above a hundred, and bodies above what the operation needs before they are read."),
        new(ServerStack.AspNetCore, "The body in Kestrel, the page in the handler.",
            "app.MapGet(\"/orders\", (int limit) => db.Orders.Take(limit));",
            """
            builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = 64 * 1024);
            app.MapGet("/orders", (int limit = 20) => limit is < 1 or > 100 ? Results.BadRequest() : Results.Ok(db.Orders.Take(limit)));
            """),
        new(ServerStack.Nginx, "The body; the page is the application's.", "client_max_body_size 0;", "client_max_body_size 64k;"),
        new(ServerStack.Haproxy, "The body, by the length that it says; one that says none is refused. The page is the application's.", "default_backend api",
            """
            http-request deny deny_status 413 if { req.body_size gt 65536 }
            http-request deny deny_status 400 if { req.hdr(transfer-encoding) -m found }
            """),
        new(ServerStack.Envoy, "The buffer filter.", "http_filters: [ { name: envoy.filters.http.router } ]",
            "- { name: envoy.filters.http.buffer, typed_config: { \"@type\": type.googleapis.com/envoy.extensions.filters.http.buffer.v3.Buffer, max_request_bytes: 65536 } }"),
        new(ServerStack.Go, "Both, in the handler.",
            "json.NewDecoder(r.Body).Decode(&body)",
            """
            r.Body = http.MaxBytesReader(w, r.Body, 64<<10)
            limit := min(max(asked, 1), 100)
            """),
        new(ServerStack.Node, "Both.",
            """
            app.use(express.json({ limit: '50mb' }));
            const limit = Number(req.query.limit) || 20;
            """,
            """
            app.use(express.json({ limit: '64kb' }));
            const limit = Number(req.query.limit ?? 20);
            if (!(limit >= 1 && limit <= 100)) return res.sendStatus(400);
            """),
        new(ServerStack.Axum, "Both.",
            "Router::new().layer(DefaultBodyLimit::disable())",
            """
            Router::new().layer(DefaultBodyLimit::max(64 * 1024))
            let limit = query.limit.unwrap_or(20).clamp(1, 100);
            """),
    ];
}

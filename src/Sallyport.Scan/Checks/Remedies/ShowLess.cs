using System.Collections.Immutable;
using Sallyport.Scan.Findings;

namespace Sallyport.Scan.Checks.Remedies;

/// <summary>How answers come to hold only what their reader needs.</summary>
internal static class ShowLess
{
    /// <summary>For data that must not be in an answer.</summary>
    public static ImmutableArray<Remedy> Data { get; } =
    [
        new(null, "Write every answer from a type of its own that names the members it may hold. Mask payment and identity numbers to their last four digits; keep credentials out of every type that is ever serialised."),
        new(
            ServerStack.AspNetCore,
            "Return a record made for the answer, never the stored entity.",
            "app.MapGet(\"/accounts/{id}\", (int id, Db db) => db.Accounts.Find(id));",
            """
            app.MapGet("/accounts/{id}", async (int id, Db db) =>
                await db.Accounts.Where(a => a.Id == id)
                    .Select(a => new AccountAnswer(a.Id, "**** " + a.CardNumber.Substring(a.CardNumber.Length - 4)))
                    .SingleOrDefaultAsync());
            """),
        new(
            ServerStack.Node,
            "Pick the members of the answer by name.",
            "res.json(account);",
            "res.json({ id: account.id, card: '**** ' + account.cardNumber.slice(-4) });"),
        new(
            ServerStack.Go,
            "Marshal a struct made for the answer; tag what must never leave with json:\"-\".",
            "json.NewEncoder(w).Encode(account)",
            "json.NewEncoder(w).Encode(AccountAnswer{ID: account.ID, Card: \"**** \" + account.Card[len(account.Card)-4:]})"),
        new(
            ServerStack.Axum,
            "Serialise a struct made for the answer; mark secrets with #[serde(skip)].",
            "Json(account)",
            "Json(AccountAnswer { id: account.id, card: format!(\"**** {}\", &account.card[account.card.len() - 4..]) })"),
    ];

    /// <summary>For errors that tell how the server is built.</summary>
    public static ImmutableArray<Remedy> Errors { get; } =
    [
        new(null, "Answer errors with a generic problem document (RFC 9457) and a number by which the log has the rest; never run the developer's error page outside of development."),
        new(
            ServerStack.AspNetCore,
            "Use the exception handler and problem details; the developer page only in development.",
            "app.UseDeveloperExceptionPage();",
            """
            builder.Services.AddProblemDetails();
            app.UseExceptionHandler();
            app.UseStatusCodePages();
            """),
        new(
            ServerStack.Node,
            "Set NODE_ENV to production and end the chain with an error handler of your own.",
            "app.use((err, req, res, next) => res.status(500).send(err.stack));",
            "app.use((err, req, res, next) => { log.error({ err, id: req.id }); res.status(500).json({ title: 'Internal error', instance: req.id }); });"),
        new(
            ServerStack.Nginx,
            "Replace the backend's error bodies.",
            "proxy_pass http://backend;",
            """
            proxy_intercept_errors on;
            error_page 500 502 503 504 /error.json;
            location = /error.json { internal; default_type application/problem+json; return 200 '{"title":"Internal error"}'; }
            """),
        new(
            ServerStack.Haproxy,
            "Replace the backend's answers to its own errors: http-error is only about those of HAProxy.",
            null,
            "http-response return status 500 content-type application/problem+json string '{\"title\":\"Internal error\"}' if { status 500:599 }"),
        new(
            ServerStack.Go,
            "Log the error, answer its number.",
            "http.Error(w, err.Error(), 500)",
            "log.Printf(\"%s: %v\", id, err); http.Error(w, \"internal error \"+id, 500)"),
        new(
            ServerStack.Axum,
            "Turn errors into answers in one place, without their text.",
            "(StatusCode::INTERNAL_SERVER_ERROR, format!(\"{err:?}\"))",
            "{ tracing::error!(%id, ?err); (StatusCode::INTERNAL_SERVER_ERROR, format!(\"internal error {id}\")) }"),
    ];

    /// <summary>For answers that a cache must not keep.</summary>
    public static ImmutableArray<Remedy> Caches { get; } =
    [
        new(null, "Send Cache-Control: no-store with every answer that depends on who asks. Requests that are authenticated by a client certificate carry no Authorization header, so caches do not hold back by themselves (RFC 9111, section 3.5)."),
        new(
            ServerStack.AspNetCore,
            "Set it for every answer of the API, and let single public ones say otherwise.",
            "context.Response.Headers.CacheControl = \"public, max-age=60\";",
            "app.Use((context, next) => { context.Response.Headers.CacheControl = \"no-store\"; return next(context); });"),
        new(
            ServerStack.Nginx,
            "Do not cache what depends on the certificate, and key on the path as the backend reads it.",
            "proxy_cache api;",
            """
            proxy_cache off;
            add_header Cache-Control "no-store" always;
            """),
        new(
            ServerStack.Haproxy,
            "Set the header and use no cache filter in this backend.",
            "http-request cache-use api",
            "http-response set-header Cache-Control no-store"),
        new(ServerStack.Node, "Set it in a middleware before every route.",
            "app.use((req, res, next) => { res.set('Cache-Control', 'public, max-age=300'); next(); });",
            "app.use((req, res, next) => { res.set('Cache-Control', 'no-store'); next(); });"),
        new(ServerStack.Go, "Set it in a middleware before every route.", null, "w.Header().Set(\"Cache-Control\", \"no-store\")"),
        new(ServerStack.Axum, "Set it in a layer.", null, "SetResponseHeaderLayer::overriding(header::CACHE_CONTROL, HeaderValue::from_static(\"no-store\"))"),
        new(ServerStack.Envoy, "Set it on the route.", null, "response_headers_to_add: [{ header: { key: cache-control, value: no-store }, append_action: OVERWRITE_IF_EXISTS_OR_ADD }]"),
    ];

    /// <summary>For headers that make browsers careful.</summary>
    public static ImmutableArray<Remedy> Headers { get; } =
    [
        new(null, "Send X-Content-Type-Options: nosniff with every answer; with HTML also Content-Security-Policy (with frame-ancestors) and Referrer-Policy."),
        new(
            ServerStack.AspNetCore,
            "Set them in the first middleware.",
            null,
            """
            app.Use((context, next) =>
            {
                context.Response.Headers.XContentTypeOptions = "nosniff";
                context.Response.Headers.ContentSecurityPolicy = "default-src 'none'; frame-ancestors 'none'";
                context.Response.Headers["Referrer-Policy"] = "no-referrer";
                return next(context);
            });
            """),
        new(
            ServerStack.Nginx,
            "Add them on the server, and again in every location that adds a header of its own.",
            null,
            """
            add_header X-Content-Type-Options nosniff always;
            add_header Content-Security-Policy "default-src 'none'; frame-ancestors 'none'" always;
            add_header Referrer-Policy no-referrer always;
            """),
        new(ServerStack.Haproxy, "Set them in the frontend.", null, "http-response set-header X-Content-Type-Options nosniff"),
        new(ServerStack.Node, "Use helmet, or set them yourself.", null, "app.use(helmet());"),
    ];
}

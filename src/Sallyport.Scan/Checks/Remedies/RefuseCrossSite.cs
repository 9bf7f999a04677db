using System.Collections.Immutable;
using System.Linq;
using Sallyport.Scan.Findings;

namespace Sallyport.Scan.Checks.Remedies;

/// <summary>How a server tells its own page's requests from another site's.</summary>
internal static class RefuseCrossSite
{
    /// <summary>General advice first, then one remedy a stack.</summary>
    public static ImmutableArray<Remedy> All { get; } =
    [
        new(null, "Before any route that changes something: refuse a request whose Origin is not the site's own (scheme, host and port exactly), or whose Sec-Fetch-Site is neither same-origin nor none; take only the content type that the API needs (application/json); "
            + "change nothing on GET and HEAD and let no field override the method. For clients that send neither header ask for a token that is an HMAC over the session's id, compared in constant time. Client certificates and cookies are sent by browsers to every page's requests: neither proves whose page it is."),
        new(
            ServerStack.AspNetCore,
            "A check of where the request comes from, before everything that writes (app.UseSallyport() of Sallyport.AspNetCore has one).",
            "app.MapPost(\"/account\", async (HttpContext context) => await Change(await context.Request.ReadFormAsync()));",
            """
            app.Use((context, next) =>
            {
                string site = context.Request.Headers["Sec-Fetch-Site"].ToString();
                string origin = context.Request.Headers.Origin.ToString();
                string own = $"{context.Request.Scheme}://{context.Request.Host}";
                bool safe = HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method) || HttpMethods.IsOptions(context.Request.Method);
                if (!safe && ((site.Length > 0 && site is not ("same-origin" or "none")) || (origin.Length > 0 && origin != own)))
                {
                    context.Response.StatusCode = StatusCodes.Status403Forbidden;
                    return Task.CompletedTask;
                }

                return next(context);
            });
            """),
        new(
            ServerStack.Nginx,
            "Refuse writes from other origins, and those with a cookie that say nothing of their origin, before the backend sees them; the address in the map is the API's own origin.",
            "location /account { proxy_pass http://backend; }",
            """
            map "$request_method:$http_origin:$http_cookie" $forged {
              default 0;
              "~^(POST|PUT|PATCH|DELETE):https://api\.example\.com:" 0;
              "~^(POST|PUT|PATCH|DELETE)::$" 0;
              "~^(POST|PUT|PATCH|DELETE):" 1;
            }
            server {
              if ($forged) { return 403; }
            }
            """),
        new(
            ServerStack.Haproxy,
            "Deny writes from another origin, and those with a cookie that say nothing of their origin.",
            "default_backend api",
            """
            acl writes method POST PUT PATCH DELETE
            acl has_origin req.hdr(origin) -m found
            acl own_origin req.hdr(origin) -m str https://api.example.com
            acl has_cookie req.hdr(cookie) -m found
            http-request deny deny_status 403 if writes has_origin !own_origin
            http-request deny deny_status 403 if writes has_cookie !has_origin
            """),
        new(
            ServerStack.Envoy,
            "The csrf filter compares Origin with Host for everything that writes.",
            "http_filters: [ { name: envoy.filters.http.router } ]",
            """
            http_filters:
            - name: envoy.filters.http.csrf
              typed_config:
                "@type": type.googleapis.com/envoy.extensions.filters.http.csrf.v3.CsrfPolicy
                filter_enabled: { default_value: { numerator: 100, denominator: HUNDRED } }
            - name: envoy.filters.http.router
            """),
        new(
            ServerStack.Go,
            "CrossOriginProtection of net/http (Go 1.25) refuses cross-origin requests of browsers.",
            "http.ListenAndServeTLS(addr, cert, key, mux)",
            """
            guard := http.NewCrossOriginProtection()
            http.ListenAndServeTLS(addr, cert, key, guard.Handler(mux))
            """),
        new(
            ServerStack.Node,
            "Check the origin before every route that writes, and parse JSON only.",
            """
            app.use(express.json());
            app.use(express.urlencoded({ extended: true }));
            """,
            """
            app.use((req, res, next) => {
              const writes = !['GET', 'HEAD', 'OPTIONS'].includes(req.method);
              const site = req.get('sec-fetch-site');
              const foreign = (req.get('origin') && req.get('origin') !== 'https://api.example.com') || (site && !['same-origin', 'none'].includes(site));
              return writes && foreign ? res.sendStatus(403) : next();
            });
            app.use(express.json({ type: 'application/json' }));
            """),
        new(
            ServerStack.Axum,
            "A layer before the routes; the Json extractor already demands application/json.",
            "Router::new().route(\"/account\", post(change))",
            """
            async fn own_origin(request: Request, next: Next) -> Result<Response, StatusCode> {
                let safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
                let foreign = request.headers().get(ORIGIN).is_some_and(|origin| origin != "https://api.example.com");
                if !safe && foreign { return Err(StatusCode::FORBIDDEN); }
                Ok(next.run(request).await)
            }
            Router::new().route("/account", post(change)).layer(middleware::from_fn(own_origin))
            """),
    ];

    /// <summary>For reads that change something: only the application knows which do.</summary>
    public static ImmutableArray<Remedy> Reads { get; } =
    [
        .. All.Select(static remedy => remedy.Stack switch
        {
            ServerStack.Nginx => new(ServerStack.Nginx, "nginx cannot tell which GET changes something: let the application change nothing on GET and HEAD, and let no field override the method."),
            ServerStack.Haproxy => new(ServerStack.Haproxy, "HAProxy cannot tell which GET changes something: let the application change nothing on GET and HEAD, and let no field override the method."),
            ServerStack.Envoy => new(ServerStack.Envoy, "The csrf filter looks at writes only: let the application change nothing on GET and HEAD, and let no field override the method."),
            _ => remedy,
        }),
    ];
}

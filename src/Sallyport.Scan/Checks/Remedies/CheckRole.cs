using System.Collections.Immutable;
using Sallyport.Scan.Findings;

namespace Sallyport.Scan.Checks.Remedies;

/// <summary>How a program keeps functions from those who do not have the role: everything is denied that nothing allows.</summary>
internal static class CheckRole
{
    /// <summary>General advice first, then one remedy a stack.</summary>
    public static ImmutableArray<Remedy> All { get; } =
    [
        new(null, "Deny by default, and allow each operation to named roles in one place that every method of the route passes; decide on the method that is executed, not on the one that a header asks for. Write the matrix down (expect.matrix) and hold the server against it in CI."),
        new(
            ServerStack.AspNetCore,
            "A fallback policy denies what no endpoint allows; the whole group gets its role at once, whatever methods are added to it later.",
            """
            app.MapGet("/admin/accounts", List);
            app.MapDelete("/admin/accounts/{id}", Delete);
            """,
            """
            builder.Services.AddAuthorizationBuilder()
                .SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build())
                .AddPolicy("admin", policy => policy.RequireRole("admin"));
            RouteGroupBuilder admin = app.MapGroup("/admin").RequireAuthorization("admin");
            admin.MapGet("/accounts", List);
            admin.MapDelete("/accounts/{id}", Delete);
            """),
        new(
            ServerStack.Axum,
            "Put the role check on the nested router as a layer: it covers every method of every route below.",
            """let app = Router::new().route("/admin/accounts", get(list));""",
            """
            let admin = Router::new().route("/accounts", get(list).delete(remove))
                .route_layer(middleware::from_fn(require_admin));
            let app = Router::new().nest("/admin", admin);
            """),
        new(
            ServerStack.Go,
            "Wrap the whole subtree, not single handlers.",
            """mux.HandleFunc("/admin/accounts", list)""",
            """
            admin := http.NewServeMux()
            admin.HandleFunc("GET /admin/accounts", list)
            mux.Handle("/admin/", requireRole("admin", admin))
            """),
        new(
            ServerStack.Node,
            "Put the role check on the router before any of its routes.",
            "app.get('/admin/accounts', list)",
            """
            const admin = express.Router()
            admin.use((req, res, next) => req.account?.role === 'admin' ? next() : res.status(403).json({ error: 'forbidden' }))
            admin.get('/accounts', list)
            app.use('/admin', admin)
            """),
        new(
            ServerStack.Nginx,
            "Close the subtree at the edge too: only certificates of administrators pass.",
            "location /admin/ { proxy_pass http://app; }",
            """
            map $ssl_client_fingerprint $is_admin { default 0; include /etc/nginx/admin-fingerprints.map; }
            location /admin/ { if ($is_admin = 0) { return 403; } proxy_pass http://app; }
            """),
        new(
            ServerStack.Haproxy,
            "Close the subtree at the edge too: only certificates of administrators pass.",
            "use_backend app if { path_beg /admin/ }",
            """
            acl is_admin ssl_c_sha1,hex -i -f /etc/haproxy/admin-fingerprints.lst
            http-request deny deny_status 403 if { path_beg -i /admin } !is_admin
            """),
        new(
            ServerStack.Envoy,
            "An RBAC filter allows the subtree to named principals and denies everyone else.",
            null,
            """
            - name: envoy.filters.http.rbac
              typed_config:
                "@type": type.googleapis.com/envoy.extensions.filters.http.rbac.v3.RBAC
                rules:
                  action: ALLOW
                  policies:
                    admins: { permissions: [{ url_path: { path: { prefix: /admin } } }], principals: [{ authenticated: { principal_name: { exact: "spiffe://example/admin" } } }] }
                    others: { permissions: [{ not_rule: { url_path: { path: { prefix: /admin } } } }], principals: [{ any: true }] }
            """),
    ];

    /// <summary>The same for the methods of one resource.</summary>
    public static ImmutableArray<Remedy> Methods { get; } =
    [
        All[0],
        new(
            ServerStack.AspNetCore,
            "Group the methods of a resource under one policy, so that the next method has it too.",
            """
            app.MapPut("/notes/{name}", Put).RequireAuthorization("owner");
            app.MapPatch("/notes/{name}", Patch);
            """,
            """
            builder.Services.AddAuthorizationBuilder().AddPolicy("owner", policy => policy.RequireAssertion(context => context.Resource is HttpContext http
                && context.User.FindFirstValue(ClaimTypes.NameIdentifier) is { } account && account == http.GetRouteValue("name") as string));
            RouteGroupBuilder note = app.MapGroup("/notes/{name}").RequireAuthorization("owner");
            note.MapPut("", Put);
            note.MapPatch("", Patch);
            """),
        .. All[2..],
    ];
}

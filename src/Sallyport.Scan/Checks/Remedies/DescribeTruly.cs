using System.Collections.Immutable;
using Sallyport.Scan.Findings;

namespace Sallyport.Scan.Checks.Remedies;

/// <summary>How a description and the API that it describes come to say the same.</summary>
internal static class DescribeTruly
{
    /// <summary>For what the description itself gets wrong.</summary>
    public static ImmutableArray<Remedy> Description { get; } =
    [
        new(
            null,
            "Write the security at the root of the description and override it only where an operation is open on purpose. Define every scheme and scope that is demanded; send keys in headers, never in the URL; name https servers only.",
            "security: []\ncomponents: { securitySchemes: { key: { type: apiKey, in: query, name: api_key } } }",
            "security: [ { mtls: [], token: [] } ]\ncomponents: { securitySchemes: { mtls: { type: mutualTLS }, token: { type: http, scheme: bearer } } }"),
        new(
            ServerStack.AspNetCore,
            "Add the scheme that is demanded with a document transformer, and let an operation be open only where its endpoint is.",
            """
            builder.Services.AddOpenApi(options => options.AddDocumentTransformer((document, _, _) =>
            {
                document.AddComponent("key", new OpenApiSecurityScheme { Type = SecuritySchemeType.ApiKey, In = ParameterLocation.Query, Name = "api_key" });
                document.Security = [new() { [new OpenApiSecuritySchemeReference("key", document)] = [] }];
                return Task.CompletedTask;
            }));
            """,
            """
            builder.Services.AddOpenApi(options => options
                .AddDocumentTransformer((document, _, _) =>
                {
                    document.AddComponent("mtls", new OpenApiSecurityScheme { Type = SecuritySchemeType.MutualTLS });
                    document.Security = [new() { [new OpenApiSecuritySchemeReference("mtls", document)] = [] }];
                    return Task.CompletedTask;
                })
                .AddOperationTransformer((operation, context, _) =>
                {
                    if (context.Description.ActionDescriptor.EndpointMetadata.OfType<IAllowAnonymous>().Any()) { operation.Security = []; }
                    return Task.CompletedTask;
                }));
            """),
    ];

    /// <summary>For answers that the description does not know.</summary>
    public static ImmutableArray<Remedy> Answers { get; } =
    [
        new(null, "Make the description from the code or hold the code against it in the build; describe every status, media type and member that an operation may answer, errors included; switch deprecated operations off at their date."),
        new(
            ServerStack.AspNetCore,
            "Return typed results, which are described by themselves, and name what authorization answers before them.",
            "app.MapGet(\"/orders/{id}\", (int id) => Results.Ok(Find(id)));",
            """
            app.MapGet("/orders/{id}", Results<Ok<Order>, NotFound> (int id) => Find(id) is { } order ? TypedResults.Ok(order) : TypedResults.NotFound())
                .Produces(StatusCodes.Status401Unauthorized).Produces(StatusCodes.Status403Forbidden);
            """),
    ];

    /// <summary>For paths that nobody knows of.</summary>
    public static ImmutableArray<Remedy> Paths { get; } =
    [
        new(null, "Keep one list of routes, deny what is not on it at the edge, and take old versions off the network on the day they are retired; until then they get the same authentication as the current one."),
        new(
            ServerStack.AspNetCore,
            "Demand an authenticated caller for every endpoint unless it says otherwise, so that a forgotten one is closed.",
            "app.MapGet(\"/v1/orders\", OldOrders);",
            "builder.Services.AddAuthorizationBuilder().SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());"),
        new(
            ServerStack.Nginx,
            "Forward known paths only.",
            "location / { proxy_pass http://app; }",
            """
            location /v2/orders/ { proxy_pass http://app; }
            location / { return 404; }
            """),
        new(
            ServerStack.Haproxy,
            "Refuse what is no known path.",
            "default_backend app",
            """
            http-request return status 404 unless { path_beg /v2/orders/ /admin/ }
            default_backend app
            """),
    ];

    /// <summary>For requests without bounds.</summary>
    public static ImmutableArray<Remedy> Bounds { get; } =
    [
        new(
            null,
            "Give every text a maxLength, every list a maxItems and every number its bounds, and validate requests against them before anything else reads them.",
            "name: { type: string }",
            "name: { type: string, maxLength: 100 }"),
    ];

    /// <summary>For versions in answers.</summary>
    public static ImmutableArray<Remedy> Banners { get; } =
    [
        new(null, "Send no product versions; keep the inventory of what runs where you can see it and others cannot."),
        new(ServerStack.Nginx, "Switch the version off.", "server_tokens on;", "server_tokens off;"),
        new(ServerStack.AspNetCore, "Send no Server header.", "builder.WebHost.UseKestrel();", "builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);"),
        new(ServerStack.Node, "Set no header that names a version, and disable that of Express.",
            "app.use((req, res, next) => { res.set('Server', `node/${process.versions.node}`); next(); });",
            "app.disable('x-powered-by');"),
    ];

    /// <summary>For paths that are served and not described.</summary>
    public static ImmutableArray<Remedy> Described { get; } =
    [
        Paths[0],
        new(
            ServerStack.AspNetCore,
            "Serve only the routes that the description names; the rest is not there.",
            "app.UseRouting();",
            """
            app.UseRouting();
            app.Use((context, next) =>
            {
                if (context.GetEndpoint() is RouteEndpoint route && !described.Contains(route.RoutePattern.RawText)) { context.SetEndpoint(null); }
                return next(context);
            });
            """),
        .. Paths[2..],
    ];
}

using System.Collections.Immutable;
using Sallyport.Scan.Findings;

namespace Sallyport.Scan.Checks.Remedies;

/// <summary>How each stack holds a token's claims against what this API expects.</summary>
internal static class CheckClaims
{
    /// <summary>Issuer, audience, type and life.</summary>
    public static ImmutableArray<Remedy> All { get; } =
    [
        new(null, "Compare iss and aud exactly with the one value each that this API expects, demand exp and allow at most 60 seconds of skew, honour nbf, and accept only the type of token that is meant for APIs (RFC 7519, section 4.1; RFC 8725, sections 3.8 to 3.12; RFC 9068, section 4)."),
        new(
            ServerStack.AspNetCore,
            "Leave every Validate… as it is (true), name issuer, audience and type, and shorten the skew of 5 minutes.",
            """
            options.TokenValidationParameters.ValidateLifetime = false;
            options.TokenValidationParameters.ValidateAudience = false;
            options.TokenValidationParameters.ValidateIssuer = false;
            """,
            """
            options.TokenValidationParameters.ValidIssuer = "https://issuer.example.com";
            options.TokenValidationParameters.ValidAudience = "https://api.example.com";
            options.TokenValidationParameters.ValidTypes = ["at+jwt"];
            options.TokenValidationParameters.ClockSkew = TimeSpan.FromSeconds(30);
            """),
        new(
            ServerStack.Node,
            "Give issuer and audience to verify, and never ignoreExpiration.",
            "jwt.verify(token, key, { ignoreExpiration: true })",
            "jwt.verify(token, key, { algorithms: ['ES256'], issuer: ISSUER, audience: AUDIENCE, clockTolerance: 30 })"),
        new(
            ServerStack.Go,
            "Pass the expected values as parser options.",
            "jwt.Parse(raw, keyFunc, jwt.WithoutClaimsValidation())",
            "jwt.Parse(raw, keyFunc, jwt.WithValidMethods([]string{\"ES256\"}), jwt.WithIssuer(issuer), jwt.WithAudience(audience), jwt.WithExpirationRequired(), jwt.WithLeeway(30*time.Second))"),
        new(
            ServerStack.Axum,
            "Set the expected values on the Validation; nbf is off by default.",
            "validation.validate_exp = false;",
            """
            validation.set_issuer(&[ISSUER]);
            validation.set_audience(&[AUDIENCE]);
            validation.validate_nbf = true;
            validation.leeway = 30;
            """),
        new(
            ServerStack.Haproxy,
            "Compare the claims after the signature.",
            null,
            """
            http-request set-var(txn.now) date()
            http-request set-var(txn.exp) var(txn.bearer),jwt_payload_query('$.exp','int')
            http-request deny deny_status 401 unless { var(txn.bearer),jwt_payload_query('$.iss') -m str https://issuer.example.com }
            http-request deny deny_status 401 unless { var(txn.bearer),jwt_payload_query('$.aud') -m str https://api.example.com }
            http-request deny deny_status 401 if { var(txn.exp),sub(txn.now) -m int lt 0 }
            """),
        new(
            ServerStack.Envoy,
            "Name issuer and audiences on the provider, and shorten the skew of 60 seconds if need be.",
            null,
            """
            issuer: https://issuer.example.com
            audiences: [https://api.example.com]
            clock_skew_seconds: 30
            """),
    ];

    /// <summary>Scopes and roles at the operation.</summary>
    public static ImmutableArray<Remedy> Scopes { get; } =
    [
        new(null, "Hold the scope or role that an operation needs against the verified token at that operation, and refuse when it is missing: a valid token says who calls, not what the caller may do (RFC 9700, section 2.3)."),
        new(
            ServerStack.AspNetCore,
            "Require a policy at the endpoint. Scopes come in one claim, with spaces between them (RFC 9068, section 2.2.3).",
            "app.MapGet(\"/admin\", Handler).RequireAuthorization();",
            """
            app.MapGet("/admin", Handler).RequireAuthorization(policy => policy.RequireAssertion(
                context => context.User.FindFirstValue("scope")?.Split(' ').Contains("orders.admin") == true));
            """),
        new(ServerStack.Node, "Check the scope in a middleware of the route.", "app.get('/admin', verify, handler)", "app.get('/admin', verify, (req, res, next) => req.claims.scope?.split(' ').includes('orders.admin') ? next() : res.sendStatus(403), handler)"),
        new(ServerStack.Go, "Check the scope in the handler's middleware.", "mux.Handle(\"/admin\", verified(handler))", "mux.Handle(\"/admin\", verified(requireScope(\"orders.admin\", handler)))"),
        new(ServerStack.Axum, "Check the scope in an extractor of the route.", null, "if !claims.scope.split(' ').any(|s| s == \"orders.admin\") { return Err(StatusCode::FORBIDDEN); }"),
    ];

    /// <summary>What a token says, how long it lives and where it travels.</summary>
    public static ImmutableArray<Remedy> Handling { get; } =
    [
        new(null, "Keep tokens small and short: exp, aud, iss and the subject's identifier, minutes of life, no personal data and no secret, for whoever holds a token reads it. Take it from the Authorization header only, end it on the server when its user leaves, and refuse tokens above a few KB before they are parsed (RFC 6750, section 2; RFC 9700, section 4.3.2)."),
        new(ServerStack.Node, "Read the header only.", "const token = req.query.access_token || req.cookies.token", "const token = req.headers.authorization?.match(/^Bearer (\\S{1,4096})$/)?.[1]"),
        new(ServerStack.Go, "Read the header only, and bound it.", "token := r.URL.Query().Get(\"access_token\")", "token, ok := strings.CutPrefix(r.Header.Get(\"Authorization\"), \"Bearer \")"),
        new(ServerStack.Nginx, "Refuse large headers before anything parses them.", "large_client_header_buffers 4 1m;", "large_client_header_buffers 4 8k;"),
        new(ServerStack.Haproxy, "Refuse tokens in the query.", null, "http-request deny deny_status 400 if { url_param(access_token) -m found }"),
    ];

    /// <summary>The same for tokens that outlive their session.</summary>
    public static ImmutableArray<Remedy> Ended { get; } =
    [
        Handling[0],
        new(
            ServerStack.AspNetCore,
            "Keep a list of ended tokens by jti until they expire, and look every token up in it.",
            "app.MapPost(\"/token/revoke\", () => Results.NoContent()); // and the token lives on",
            """
            options.Events ??= new JwtBearerEvents();
            Func<TokenValidatedContext, Task> others = options.Events.OnTokenValidated;
            options.Events.OnTokenValidated = async context =>
            {
                await others(context);
                if (ended.Contains(context.SecurityToken.Id)) { context.Fail("ended"); }
            };
            """),
        .. Handling[1..],
    ];

    /// <summary>The same for tokens in the wrong place.</summary>
    public static ImmutableArray<Remedy> Places { get; } =
    [
        Handling[0],
        new(
            ServerStack.AspNetCore,
            "Take the token from the Authorization header only, which the handler does by itself.",
            """
            options.Events ??= new JwtBearerEvents();
            options.Events.OnMessageReceived = context => { context.Token = context.Request.Query["access_token"]; return Task.CompletedTask; };
            """,
            """
            options.Events ??= new JwtBearerEvents(); // and no OnMessageReceived
            """),
        .. Handling[1..],
    ];

    /// <summary>The same for what stands in a token.</summary>
    public static ImmutableArray<Remedy> Content { get; } =
    [
        Handling[0],
        new(
            ServerStack.AspNetCore,
            "Issue small tokens that live for minutes: an identifier, a scope, and the certificate that it is bound to.",
            """
            var token = new SecurityTokenDescriptor
            {
                Issuer = "https://issuer.example.com", Audience = "https://api.example.com", Expires = DateTime.UtcNow.AddDays(30), SigningCredentials = signing,
                Claims = new Dictionary<string, object> { ["sub"] = user.Id, ["email"] = user.Email, ["card"] = user.CardNumber, ["scope"] = user.Scope },
            };
            """,
            """
            var token = new SecurityTokenDescriptor
            {
                Issuer = "https://issuer.example.com", Audience = "https://api.example.com", Expires = DateTime.UtcNow.AddMinutes(15), SigningCredentials = signing, TokenType = "at+jwt",
                Claims = new Dictionary<string, object>
                {
                    ["sub"] = user.Id, ["jti"] = Guid.NewGuid().ToString("N"), ["scope"] = user.Scope, ["cnf"] = new Dictionary<string, object> { ["x5t#S256"] = thumbprint },
                },
            };
            """),
        .. Handling[1..],
    ];

    /// <summary>The same for tokens that two readers read differently.</summary>
    public static ImmutableArray<Remedy> Strictness { get; } =
    [
        Handling[0],
        new(
            ServerStack.AspNetCore,
            "The library passes crit over: refuse a token that has it (RFC 7515, section 4.1.11).",
            null,
            """
            options.Events ??= new JwtBearerEvents();
            Func<TokenValidatedContext, Task> others = options.Events.OnTokenValidated;
            options.Events.OnTokenValidated = async context =>
            {
                await others(context);
                if (((JsonWebToken)context.SecurityToken).TryGetHeaderValue("crit", out object _)) { context.Fail("crit is not understood"); }
            };
            """),
        .. Handling[1..],
    ];
}

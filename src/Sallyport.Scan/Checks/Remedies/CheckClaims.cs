using System.Collections.Immutable;
using System.Linq;
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
            "Give issuer and audience to verify, and never ignoreExpiration; look at typ yourself, which jsonwebtoken does not.",
            "const claims = jwt.verify(token, key, { ignoreExpiration: true, ignoreNotBefore: true })",
            """
            const { header, payload: claims } = jwt.verify(token, key, { complete: true, algorithms: ['ES256'], issuer: ISSUER, audience: AUDIENCE, clockTolerance: 30 })
            if (header.typ !== 'at+jwt' || !claims.exp) return res.sendStatus(401)
            """),
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
            http-request set-var(txn.bearer) http_auth_bearer
            http-request set-var(txn.now) date()
            http-request set-var(txn.exp) var(txn.bearer),jwt_payload_query('$.exp','int')
            http-request set-var(txn.nbf) var(txn.bearer),jwt_payload_query('$.nbf','int')
            http-request deny deny_status 401 unless { var(txn.bearer),jwt_header_query('$.typ') -m str at+jwt }
            http-request deny deny_status 401 unless { var(txn.bearer),jwt_payload_query('$.iss') -m str https://issuer.example.com }
            http-request deny deny_status 401 unless { var(txn.bearer),jwt_payload_query('$.aud') -m str https://api.example.com }
            http-request deny deny_status 401 unless { var(txn.exp),sub(txn.now) -m int gt 0 }
            http-request deny deny_status 401 if { var(txn.nbf),sub(txn.now) -m int gt 30 }
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
        new(
            ServerStack.Node,
            "Read the header only, and bound it; refuse crit, which jsonwebtoken does not read; remember what log-out ended; put little into a token, for a short time.",
            """
            const token = req.query.access_token || req.cookies.access_token || req.headers.authorization?.split(' ')[1]
            const claims = jwt.verify(token, key)
            app.post('/logout', verify, (req, res) => res.clearCookie('access_token').sendStatus(204))
            app.post('/login', (req, res) => res.json({ access_token: jwt.sign(user, issuerKey, { algorithm: 'ES256' }) }))
            """,
            """
            const token = req.headers.authorization?.match(/^Bearer (\S{1,4096})$/)?.[1]
            const { header, payload: claims } = jwt.verify(token, key, { complete: true, algorithms: ['ES256'] })
            if (header.crit || ended.has(claims.jti)) return res.sendStatus(401)
            app.post('/logout', verify, (req, res) => { ended.set(req.claims.jti, req.claims.exp); res.sendStatus(204) })
            app.post('/login', (req, res) => res.json({ access_token: jwt.sign({ sub: user.id, jti: crypto.randomUUID() }, issuerKey,
              { algorithm: 'ES256', issuer: ISSUER, audience: AUDIENCE, expiresIn: '10m' }) }))
            """),
        new(ServerStack.Go, "Read the header only, and bound it.", "token := r.URL.Query().Get(\"access_token\")", "token, ok := strings.CutPrefix(r.Header.Get(\"Authorization\"), \"Bearer \")"),
        new(ServerStack.Nginx, "nginx does not read tokens: end them, and bound what they say, where they are issued and verified."),
        new(ServerStack.Haproxy, "HAProxy keeps no list of ended tokens: end them, and bound what they say, where they are issued and verified."),
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
        .. Handling[1..].Select(static remedy => remedy.Stack switch
        {
            ServerStack.Nginx => new(ServerStack.Nginx, "Refuse a token in the query or in a cookie; one in a body is the application's to refuse.", null, "if ($arg_access_token$cookie_access_token) { return 400; }"),
            ServerStack.Haproxy => new(ServerStack.Haproxy, "Refuse a token in the query or in a cookie; one in a body is the application's to refuse.", null, "http-request deny deny_status 400 if { url_param(access_token) -m found } || { req.cook(access_token) -m found }"),
            _ => remedy,
        }),
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
        .. Handling[1..].Select(static remedy => remedy.Stack switch
        {
            ServerStack.Nginx => new(ServerStack.Nginx, "Refuse large headers before anything parses them; crit, doubled names and depth are the verifier's.", "large_client_header_buffers 4 1m;", "large_client_header_buffers 4 8k;"),
            ServerStack.Haproxy => new(ServerStack.Haproxy, "HAProxy takes a token whose crit it does not know, and of a doubled name one: let the application verify the token as well, with a strict library."),
            _ => remedy,
        }),
    ];
}

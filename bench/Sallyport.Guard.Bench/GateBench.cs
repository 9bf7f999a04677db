using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.Linq;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Sallyport.AspNetCore;
using Sallyport.AspNetCore.Audit;
using Sallyport.AspNetCore.Authorization;
using Sallyport.AspNetCore.Connections;
using Sallyport.AspNetCore.Csrf;
using Sallyport.AspNetCore.Forwarding;
using Sallyport.AspNetCore.Identity;
using Sallyport.AspNetCore.Lockout;
using Sallyport.AspNetCore.Sessions;
using Sallyport.AspNetCore.Tokens;
using Sallyport.AspNetCore.Transport;
using Sallyport.AspNetCore.Trust;
using Sallyport.Bench;
using Sallyport.Certificates.Chain;
using Sallyport.Lab.Pki;

namespace Sallyport.Guard.Bench;

/// <summary>Each gate alone, on one thread, with the services of a running guard: nothing has changed since the last request.</summary>
internal static class GateBench
{
    private const int PerRound = 50_000;
    private static readonly RequestDelegate _end = static _ => Task.CompletedTask;
    private static readonly Func<HttpContext, GuardedRequest, Task> _endOfHeld = static (_, _) => Task.CompletedTask;

    public static async Task<string> RunAsync(int rounds)
    {
        using var pki = new LabPki(TimeProvider.System);
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var folder = new BenchFolder(pki, key);
        (WebApplication app, int port) = await BenchServer.StartAsync(BenchServer.GuardedToken, folder.Path);
        await using (app)
        {
            await using AsyncServiceScope scope = app.Services.CreateAsyncScope();
            return Measure(await WaysAsync(scope.ServiceProvider, pki, key, port), rounds);
        }
    }

    private static async Task<List<(string Name, Action Once)>> WaysAsync(IServiceProvider services, LabPki pki, ECDsa key, int port)
    {
        HttpContext context = Request(services, pki, port);
        context.Request.Headers.Authorization = "Bearer " + LoadBench.Token(pki, key);
        var authenticator = services.GetRequiredService<CertificateAuthenticator>();
        var connection = services.GetRequiredService<ConnectionGate>();
        CallerAnswer answer = authenticator.Authenticate(context.Features);
        ICallerFeature caller = answer.Caller ?? throw new InvalidOperationException("alice is nobody: " + answer.Refusal?.Reason);
        CallerClaims claims = answer.Caller.Claims;
        var scheme = new AuthenticationScheme(SallyportDefaults.Scheme, displayName: null, typeof(SallyportAuthenticationHandler));

        TokenVerdict token = await services.GetRequiredService<TokenVerifier>().VerifyAsync(LoadBench.Token(pki, key), caller);
        Demand(token is TokenVerdict.Accepted ? "" : token.ToString());

        // After the certificate's part: what later gates find.
        await AuthenticateAsync(services, scheme, context);
        context.User = new ClaimsPrincipal(claims);
        TokenGate tokens = services.GetRequiredService<TokenGate>();
        SessionGate sessions = services.GetRequiredService<SessionGate>();
        CsrfGate origins = services.GetRequiredService<CsrfGate>();
        HostGate hosts = services.GetRequiredService<HostGate>();
        IResourceAuthorizer uses = services.GetRequiredService<IResourceAuthorizer>();
        services.GetRequiredService<CurrentRequest>().Context = context;
        var order = new BenchOrder("alice");
        AuditGate audit = services.GetRequiredService<AuditGate>();
        ForwardingGate forwarding = services.GetRequiredService<ForwardingGate>();
        LockoutGate lockout = services.GetRequiredService<LockoutGate>();
        AuthorizationGate authorization = services.GetRequiredService<AuthorizationGate>();
        AcceptedGate accepted = services.GetRequiredService<AcceptedGate>();
        RequestDelegate pipeline = Pipeline(services, static app => app.UseSallyport());
        RequestDelegate bare = Pipeline(services, static app => app.UseRouting());
        HttpContext whole = Request(services, pki, port);
        whole.Request.Path = "/nothing";
        HttpContext browser = await BrowserAsync(services, scheme, pki, port);
        return
        [
            ("certificate: the connection counts, whose it is", () =>
            {
                Demand(connection.InvokeAsync(context, _end), context);
                Demand(authenticator.Authenticate(context.Features).Caller is not null);
            }),
            ("the same, and a principal", () =>
            {
                Demand(connection.InvokeAsync(context, _end), context);
                Demand(new ClaimsPrincipal(authenticator.Authenticate(context.Features).Caller!.Claims).Identity is not null); // known above
            }),
            ("a principal alone", () => Demand(new ClaimsPrincipal(claims).Identity is not null)),
            ("the same through the framework's handler (ticket, result)", () => Demand(AuthenticateAsync(services, scheme, context).IsCompletedSuccessfully)),
            ("host and server name", () => Demand(hosts.InvokeAsync(context, _end), context)),
            ("token, signature remembered", () =>
            {
                context.User = new ClaimsPrincipal(claims);
                Demand(tokens.InvokeAsync(context, _end), context);
            }),
            ("session of a browser", () =>
            {
                browser.User = new ClaimsPrincipal(claims);
                Demand(sessions.InvokeAsync(browser, _end), browser);
            }),
            ("origin of a POST", () => Demand(origins.InvokeAsync(browser, _end), browser)),
            ("records can be written", () => Demand(audit.InvokeAsync(context, _endOfHeld), context)),
            ("headers that name somebody", () => Demand(forwarding.InvokeAsync(context, _end), context)),
            ("locked accounts", () => Demand(lockout.InvokeAsync(context, _end), context)),
            ("a policy for every route", () => Demand(authorization.InvokeAsync(context, _end), context)),
            ("the record of what is served", () => Demand(accepted.InvokeAsync(context, _end), context)),
            ("everything, from the connection to the endpoint, no token", () =>
            {
                whole.SetEndpoint(null);
                Demand(pipeline(whole), whole);
            }),
            ("the same endpoint without the guard (routing alone)", () =>
            {
                whole.SetEndpoint(null);
                Demand(bare(whole), whole);
            }),
            ("moment of use, in memory", () => Demand(uses.TryAuthorize(caller, order, Operations.Read, out _, out _))),
        ];
    }

    /// <summary>A request as Kestrel would hand it over, on a connection that the transport gate let in.</summary>
    private static DefaultHttpContext Request(IServiceProvider services, LabPki pki, int port)
    {
        TrustState state = services.GetRequiredService<TrustHolder>().Current ?? throw new InvalidOperationException("No trust is loaded.");
        ChainVerdict verdict = services.GetRequiredService<CertificateJudge>().Judge(pki.Alice.Forged.Leaf.Span, []).Verdict;
        var certificate = ((ChainVerdict.Verified)verdict).Certificate;
        var context = new DefaultHttpContext { RequestServices = services };
        context.Features.Set<IGuardedConnectionFeature>(new GuardedConnectionFeature(new GuardedConnection("1", null, "localhost", certificate, [], state.Epoch)));
        context.Request.Scheme = "https";
        context.Request.Protocol = "HTTP/1.1";
        context.Request.Method = "GET";
        context.Request.Host = new HostString("localhost", port);
        context.Request.Path = "/orders/1";
        context.SetEndpoint(services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().First(static end => end.RoutePattern.RawText == "/orders/{id}"));
        return context;
    }

    private static RequestDelegate Pipeline(IServiceProvider services, Action<IApplicationBuilder> gates)
    {
        var app = new ApplicationBuilder(services);
        gates(app);
        app.UseEndpoints(static routes => routes.Map("/nothing", _end).RequireClientCertificate("clerk"));
        return app.Build();
    }

    private static async Task<HttpContext> BrowserAsync(IServiceProvider services, AuthenticationScheme scheme, LabPki pki, int port)
    {
        DefaultHttpContext first = Request(services, pki, port);
        await AuthenticateAsync(services, scheme, first);
        await services.GetRequiredService<ISallyportSessions>().SignInAsync(first, [], CancellationToken.None);
        DefaultHttpContext browser = Request(services, pki, port);
        await AuthenticateAsync(services, scheme, browser);
        browser.Request.Method = "POST";
        browser.Request.Headers.Cookie = first.Response.Headers.SetCookie.ToString().Split(';')[0];
        browser.Request.Headers["Sec-Fetch-Site"] = "same-origin";
        browser.Request.Headers.Origin = $"https://localhost:{port}";
        return browser;
    }

    private static async Task<AuthenticateResult> AuthenticateAsync(IServiceProvider services, AuthenticationScheme scheme, HttpContext context)
    {
        var handler = services.GetRequiredService<SallyportAuthenticationHandler>();
        await handler.InitializeAsync(scheme, context);
        return await handler.AuthenticateAsync();
    }

    private static string Measure(List<(string Name, Action Once)> ways, int rounds)
    {
        List<(string Name, Action Once, Figures Time, Figures Bytes)> rows = [.. ways.Select(static way => (way.Name, way.Once, new Figures(), new Figures()))];
        for (int round = -1; round < rounds; round++)
        {
            foreach ((_, Action once, Figures time, Figures bytes) in rows)
            {
                long allocated = GC.GetAllocatedBytesForCurrentThread();
                long start = Stopwatch.GetTimestamp();
                for (int i = 0; i < PerRound; i++)
                {
                    once();
                }

                TimeSpan took = Stopwatch.GetElapsedTime(start);
                if (round >= 0)
                {
                    time.Add(took.TotalMicroseconds / PerRound);
                    bytes.Add((GC.GetAllocatedBytesForCurrentThread() - allocated) / (double)PerRound);
                }
            }
        }

        var text = new StringBuilder("| gate | µs: median (min to max) | bytes allocated |\n|---|---|---|\n");
        foreach ((string name, _, Figures time, Figures bytes) in rows)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {name} | {time.Text("F3")} | {bytes.Median:F0} |\n");
        }

        return text.ToString();
    }

    private static void Demand(Task done, HttpContext context) => Demand(done.IsCompletedSuccessfully && context.Response.StatusCode == StatusCodes.Status200OK);

    private static void Demand(string? refusal)
    {
        if (refusal != "")
        {
            throw new InvalidOperationException(refusal);
        }
    }

    private static void Demand(bool holds)
    {
        if (!holds)
        {
            throw new InvalidOperationException("The gate did not let it through.");
        }
    }
}

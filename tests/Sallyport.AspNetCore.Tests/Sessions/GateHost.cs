using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Net.Security;
using System.Security.Claims;
using System.Security.Cryptography.X509Certificates;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Sallyport.AspNetCore.Audit;
using Sallyport.AspNetCore.Csrf;
using Sallyport.AspNetCore.Lockout;
using Sallyport.AspNetCore.Sessions;
using Sallyport.AspNetCore.Tests.Tokens;
using Sallyport.AspNetCore.Tokens;
using Sallyport.Lab.Pki;

namespace Sallyport.AspNetCore.Tests.Sessions;

/// <summary>Kestrel with a client certificate required, and token, session and CSRF gates behind it: what these folders need of the pipeline.</summary>
internal sealed class GateHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Callers _callers;

    private GateHost(WebApplication app, Callers callers) => (_app, _callers) = (app, callers);

    public IServiceProvider Services => _app.Services;

    public RecordingAudit Audit => (RecordingAudit)_app.Services.GetRequiredService<IAuditTrail>();

    public Uri Address => new(_app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Single().Replace("127.0.0.1", "localhost", StringComparison.Ordinal));

    public static async Task<GateHost> StartAsync(
        Callers callers, Action<WebApplication> map, Action<SallyportOptions>? configure = null, Action<IServiceCollection>? services = null)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = HttpProtocols.Http1;
            listen.UseHttps(https =>
            {
                https.ServerCertificate = callers.Pki.Server.Certificate;
                https.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
                https.ClientCertificateValidation = (certificate, _, _) => callers.Verify(certificate.RawData) is not null;
            });
        }));
        builder.Services.AddRoutingCore();
        builder.Services.AddLogging();
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<IAuditTrail, RecordingAudit>();
        builder.Services.AddOptions<SallyportOptions>().Configure(options => configure?.Invoke(options));
        builder.Services.AddSingleton<ILockout, CountedFailures>().AddTokens().AddSessions().AddCsrf();
        services?.Invoke(builder.Services);
        WebApplication app = builder.Build();
        app.UseRouting();
        app.Use(next => context =>
        {
            LabIdentity identity = Named(callers, context.Connection.ClientCertificate);
            context.Features.Set(callers.Caller(identity, identity.Name));
            context.User = new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Name, identity.Name)], "Certificate"));
            return next(context);
        });
        Use<TokenGate>(app, (gate, context, next) => gate.InvokeAsync(context, next));
        Use<SessionGate>(app, (gate, context, next) => gate.InvokeAsync(context, next));
        Use<CsrfGate>(app, (gate, context, next) => gate.InvokeAsync(context, next));
        map(app);
        app.UseEndpoints(_ => { });
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new GateHost(app, callers);
    }

    public HttpClient Client(LabIdentity identity)
    {
        var trust = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        trust.CustomTrustStore.Add(X509CertificateLoader.LoadCertificate(_callers.Pki.ServerCa.Authority.Certificate.Span));
        return new HttpClient(new SocketsHttpHandler
        {
            UseCookies = false,
            AllowAutoRedirect = false,
            SslOptions = new SslClientAuthenticationOptions
            {
                CertificateChainPolicy = trust,
                ClientCertificateContext = SslStreamCertificateContext.Create(identity.Certificate, null, offline: true),
            },
        })
        {
            BaseAddress = Address,
        };
    }

    /// <summary>The cookies that an answer sets, as a request sends them.</summary>
    public static string Cookies(HttpResponseMessage answer) => string.Join("; ", SetCookies(answer).Select(line => line.Split(';')[0]));

    public static IEnumerable<string> SetCookies(HttpResponseMessage answer) => answer.Headers.TryGetValues("Set-Cookie", out var lines) ? lines : [];

    public static async Task<string> SayAsync(HttpClient client, HttpMethod method, string path, string? cookie = null, params (string Name, string Value)[] headers)
    {
        using HttpResponseMessage answer = await SendAsync(client, method, path, cookie, headers);
        return answer.IsSuccessStatusCode ? await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken) : $"{(int)answer.StatusCode}";
    }

    public static Task<HttpResponseMessage> SendAsync(HttpClient client, HttpMethod method, string path, string? cookie = null, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(method, path);
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        if (cookie is not null)
        {
            request.Headers.TryAddWithoutValidation("Cookie", cookie);
        }

        return client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static LabIdentity Named(Callers callers, X509Certificate2? certificate) =>
        new[] { callers.Pki.Alice, callers.Pki.Bob }.Single(identity => identity.Forged.Leaf.Span.SequenceEqual(certificate?.RawData));

    private static void Use<TGate>(WebApplication app, Func<TGate, HttpContext, RequestDelegate, Task> invoke)
        where TGate : notnull
    {
        TGate gate = app.Services.GetRequiredService<TGate>();
        app.Use(next => context => invoke(gate, context, next));
    }
}

using System;
using System.Collections.Immutable;
using System.Linq;
using System.Net.Http;
using System.Text.Encodings.Web;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Sallyport.AspNetCore.Authorization;
using Sallyport.Certificates;

namespace Sallyport.AspNetCore.Tests.Authorization;

/// <summary>An application on Kestrel with the authorization part of the guard only. A header says who calls: what comes before is another's test.</summary>
internal sealed class RoutedHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HttpClient _client = new();

    public RoutedHost(Action<WebApplication> map, GateLab lab, Action<SallyportOptions>? configure = null, bool withNotes = true)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddOptions<SallyportOptions>().Configure(configure ?? (_ => { }));
        lab.AddTo(builder.Services);
        if (withNotes)
        {
            builder.Services.AddSingleton<IResourcePolicy<Note>>(Notes).AddSingleton<IResourceSource<Note>>(Notes);
        }

        builder.Services.AddAuthentication(SallyportDefaults.Scheme).AddScheme<AuthenticationSchemeOptions, Known>(SallyportDefaults.Scheme, null);
        _app = builder.Build();
        _app.UseRouting();
        _app.Use((context, next) =>
        {
            if (context.Request.Headers["caller"].ToString() is { Length: > 0 } name)
            {
                var caller = Callers.First(one => one.Identity.Name == name);
                context.Features.Set<ICallerFeature>(caller);
                if (context.Request.Headers["scope"].ToString() is { Length: > 0 } scopes)
                {
                    var bound = context.Request.Headers["bound-to"].ToString() is { Length: > 0 } other ? Callers.First(one => one.Identity.Name == other) : caller;
                    var age = context.Request.Headers.ContainsKey("expired") ? -1 : 60;
                    context.Features.Set<IBoundTokenFeature>(new Token(bound.Certificate.Thumbprint, [.. scopes.Split(' ')], lab.Clock.GetUtcNow().AddSeconds(age)));
                }
            }

            return next(context);
        });
        _app.UseAuthentication();
        var gate = _app.Services.GetRequiredService<AuthorizationGate>();
        _app.Use((context, next) => gate.InvokeAsync(context, next));
        AccountGate.Use(_app);
        map(_app);
    }

    public Notes Notes { get; } = new();

    public ImmutableArray<GateLab.TestCaller> Callers { get; init; } = [];

    public IServiceProvider Services => _app.Services;

    public Task StartAsync() => _app.StartAsync(TestContext.Current.CancellationToken);

    /// <summary>Sends a request, with headers as "name: value".</summary>
    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, params string[] headers)
    {
        using var request = new HttpRequestMessage(method, _app.Urls.Single() + path);
        foreach (var header in headers)
        {
            request.Headers.TryAddWithoutValidation(header.Split(": ")[0], header.Split(": ")[1]).ShouldBeTrue();
        }

        return await _client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public async Task<int> StatusAsync(string path, params string[] headers)
    {
        using var response = await SendAsync(HttpMethod.Get, path, headers);
        return (int)response.StatusCode;
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _app.DisposeAsync();
    }

    private sealed record Token(CertificateThumbprint BoundTo, ImmutableArray<string> Scopes, DateTimeOffset ExpiresAt) : IBoundTokenFeature;

    private sealed class Known(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
        : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
    {
        protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(Context.Features.Get<ICallerFeature>() is { } caller
            ? AuthenticateResult.Success(new AuthenticationTicket(
                new System.Security.Claims.ClaimsPrincipal(new System.Security.Claims.ClaimsIdentity([new("name", caller.Identity.Name)], "test")), SallyportDefaults.Scheme))
            : AuthenticateResult.NoResult());
    }
}

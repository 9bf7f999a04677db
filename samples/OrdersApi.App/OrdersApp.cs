using System;
using System.Buffers.Text;
using System.Collections.Frozen;
using System.Collections.Generic;
using System.Net;
using System.Security.Cryptography;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using OrdersApi.App.Areas;
using OrdersApi.App.Description;
using OrdersApi.App.Guarded;
using OrdersApi.App.Http;
using OrdersApi.App.Sessions;
using OrdersApi.App.Tokens;
using Sallyport.AspNetCore;

namespace OrdersApi.App;

/// <summary>The sample API on loopback: strict without weaknesses, naked with all of them, the same code both times.</summary>
public sealed class OrdersApp : IAsyncDisposable
{
    /// <summary>The second name of the server: pages for staff, whose certificates come from a CA of their own.</summary>
    public const string StaffHost = "staff.test";

    private const string MainHost = "localhost";
    private const int LargestBody = 64 * 1024;

    private readonly WebApplication _app;
    private readonly TransportGate? _transport;
    private readonly GuardParts? _guard;
    private readonly Shop _shop;
    private readonly ListenOptions _secure;
    private readonly ListenOptions? _plain;
    private readonly ListenOptions? _backend;
    private readonly ClosedPort _noPlain = new();
    private readonly ClosedPort _noBackend = new();

    private OrdersApp(
        WebApplication app, TransportGate? transport, GuardParts? guard, Shop shop, ListenOptions secure, ListenOptions? plain, ListenOptions? backend)
    {
        _app = app;
        _transport = transport;
        _guard = guard;
        _shop = shop;
        _secure = secure;
        _plain = plain;
        _backend = backend;
    }

    /// <summary>Where the API listens, once started.</summary>
    public Uri Url => new($"https://{MainHost}:{Port(_secure)}/");

    /// <summary>The plain HTTP port; null unless <see cref="Weakness.PlainHttp"/> is on.</summary>
    public Uri? PlainUrl => _plain is null ? null : new Uri($"http://{MainHost}:{Port(_plain)}/");

    /// <summary>The port behind the proxy that is not there; null unless <see cref="Weakness.BackendPort"/> is on.</summary>
    public Uri? BackendUrl => _backend is null ? null : new Uri($"http://{MainHost}:{Port(_backend)}/");

    /// <summary>Where plain HTTP would be served, and is not: the plain port, or one that is held closed.</summary>
    public Uri PlainPlace => PlainUrl ?? _noPlain.Url;

    /// <summary>Where a backend would answer past a proxy, and does not: the backend's port, or one that is held closed.</summary>
    public Uri BackendPlace => BackendUrl ?? _noBackend.Url;

    /// <summary>The description of the strict API, as <c>/openapi.json</c> serves it.</summary>
    public static string OpenApi => OpenApiDocument.For(FrozenSet<Weakness>.Empty);

    /// <summary>The description that this one serves: a weakness may have written it.</summary>
    public string Description => OpenApiDocument.For(_shop.Weak);

    /// <summary>What tokens are signed with, for a scanner that may sign: a private key as PKCS#8 PEM, or a weakness's secret.</summary>
    public string IssuerKey => _shop.Mint.SigningKey;

    /// <summary>The algorithm of <see cref="IssuerKey"/> (RFC 7518, section 3.1).</summary>
    public string IssuerAlgorithm => _shop.Mint.Algorithm;

    /// <summary>Builds the API; nothing listens until <see cref="StartAsync"/>. Binds loopback, ports of the system's choice.</summary>
    /// <param name="weaknesses">What it shall do wrong; what these need is switched on with them.</param>
    /// <param name="pki">Its certificates; not owned, must outlive it.</param>
    /// <param name="time">What the certificates and lists are judged by.</param>
    /// <param name="requestsPerWindow">How many requests one client may send in ten seconds; 20,000 by default, so that a scan may pass.</param>
    /// <param name="guarded">Whether the Sallyport guard stands before it, instead of gates of its own. Only without weaknesses.</param>
    /// <param name="folder">Where the guard keeps its records and identities, which then outlive the API; null for a folder that goes with it. Only when guarded.</param>
    /// <exception cref="ArgumentException">A guarded API was asked for with weaknesses.</exception>
    public static OrdersApp Build(
        IEnumerable<Weakness> weaknesses, OrdersPki pki, TimeProvider time, int requestsPerWindow = 20_000, bool guarded = false, string? folder = null)
    {
        ArgumentNullException.ThrowIfNull(weaknesses);
        ArgumentNullException.ThrowIfNull(pki);
        ArgumentNullException.ThrowIfNull(time);
        var weak = Weakness.Closure(weaknesses);
        if (guarded && weak.Count > 0)
        {
            throw new ArgumentException("The guarded API has no weaknesses: they are in the gates that it stands in for.", nameof(weaknesses));
        }

        ListenOptions? secure = null;
        ListenOptions? plain = null;
        ListenOptions? backend = null;
        string Origin() => secure is null ? "" : $"https://{MainHost}:{Port(secure)}";
        var shop = new Shop(weak, pki, Origin, guarded ? static () => TokenMint.Issuer : Origin, time) { Look = guarded ? new GuardedLook() : new OwnLook() };

        // An empty builder: no settings file and no environment variable of the machine has a say in what is served.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration();
        builder.Services.AddRoutingCore();
        var transport = guarded ? null : new TransportGate(pki, weak, time);
        var guard = guarded ? GuardParts.Add(builder, pki, shop, time, folder) : null;
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = weak.Contains(Weakness.NoCaps) ? null : LargestBody;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
            kestrel.Listen(IPAddress.Loopback, 0, listen =>
            {
                secure = listen;
                if (transport is not null)
                {
                    listen.UseHttps(new TlsHandshakeCallbackOptions
                    {
                        HandshakeTimeout = TimeSpan.FromSeconds(10),
                        OnConnection = context => ValueTask.FromResult(transport.Options(context.ClientHelloInfo.ServerName)),
                    });
                }
            });
            if (weak.Contains(Weakness.PlainHttp))
            {
                kestrel.Listen(IPAddress.Loopback, 0, listen => plain = listen);
            }

            if (weak.Contains(Weakness.BackendPort))
            {
                kestrel.Listen(IPAddress.Loopback, 0, listen => backend = listen);
            }
        });
        var app = builder.Build();
        app.Use(new ResponseRules(weak).ApplyAsync);
        if (transport is not null)
        {
            app.Use(new RequestGate(weak, transport).CheckAsync);
        }
        else
        {
            app.UseSallyport();
        }

        app.Use(new RateLimit(weak, requestsPerWindow, time).CheckAsync);
        app.UseWebSockets();
        if (weak.Contains(Weakness.SharedCache))
        {
            app.Use(new SharedCache(time).ServeAsync);
        }

        if (transport is not null)
        {
            app.UseRouting();
            app.Use(new CallerGate(weak, transport, shop.Accounts, shop.Tokens, shop.Sessions, new HeaderCertificates(weak, shop.Accounts)).CheckAsync);
            Map(app, shop, new OwnSessions(shop), shop.Tokens.Revoke, static (_, _) => Task.CompletedTask);
        }
        else if (guard is not null)
        {
            app.Use(new GuardedCaller(shop.Accounts).TellAsync);
            guard.Take(app.Services);
            var routes = app.MapGroup("");
            ((IEndpointConventionBuilder)routes).Finally(GuardedRoutes.Require);
            Map(routes, shop, guard.Sessions, guard.TakeBack, guard.Accounts.ChangeRoleAsync);
        }

        // Kestrel runs the callbacks above when its options are first read; resolving the server does so.
        _ = app.Services.GetRequiredService<Microsoft.AspNetCore.Hosting.Server.IServer>();
        return new OrdersApp(
            app, transport, guard, shop, secure ?? throw new InvalidOperationException("Kestrel did not ask where to listen."), plain, backend);
    }

    /// <summary>Starts to listen.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (_guard is not null)
        {
            await _guard.Accounts.PrepareAsync(cancellationToken);
        }

        await _app.StartAsync(cancellationToken);
    }

    /// <summary>An access token as <c>/token</c> would give it to this identity, bound to its certificate. The API must be started.</summary>
    public string TokenFor(OrdersIdentity identity)
    {
        ArgumentNullException.ThrowIfNull(identity);
        return _shop.Mint.Sign(_shop.Mint.Claims(_shop.Issuer(), identity.Name, TokenMint.Scopes, ThumbprintOf(identity)));
    }

    /// <summary>
    /// The value of the <c>Cookie</c> header of a session as a login would begin it for this identity, bound to its certificate; null when the guard keeps
    /// the sessions: then the login is the only way.
    /// </summary>
    public string? CookieFor(OrdersIdentity identity)
    {
        ArgumentNullException.ThrowIfNull(identity);
        return _guard is not null ? null : $"{SessionCookie.NameFor(_shop.Weak)}={_shop.Sessions.Begin(identity.Name, ThumbprintOf(identity)).Id}";
    }

    /// <summary>The password of the identity's login, whose name is the account's.</summary>
    public string PasswordFor(OrdersIdentity identity)
    {
        ArgumentNullException.ThrowIfNull(identity);
        return _shop.Seed.PasswordOf(identity.Name);
    }

    /// <summary>What fills the path parameters for what the identity owns: name, orderId, line, code, file.</summary>
    public IReadOnlyDictionary<string, string> ValuesFor(OrdersIdentity identity)
    {
        ArgumentNullException.ThrowIfNull(identity);
        return _shop.Seed.ValuesOf(identity.Name);
    }

    /// <summary>The guard's file of denied certificates, a SHA-256 a line; null when the API is not guarded.</summary>
    public string? DenyList => _guard?.DenyList;

    /// <summary>The guard's table of routes, written when the API starts; null when the API is not guarded.</summary>
    public string? RouteTable => _guard?.RouteTable;

    /// <summary>Revokes a certificate, as the next revocation list would.</summary>
    public void Revoke(OrdersIdentity identity)
    {
        ArgumentNullException.ThrowIfNull(identity);
        _transport?.Revoke(identity.Forged.Leaf.Span, revoked: true);
        _guard?.Revoke(identity.Forged.Leaf.Span, revoked: true);
    }

    /// <summary>Takes <see cref="Revoke"/> back.</summary>
    public void Restore(OrdersIdentity identity)
    {
        ArgumentNullException.ThrowIfNull(identity);
        _transport?.Revoke(identity.Forged.Leaf.Span, revoked: false);
        _guard?.Revoke(identity.Forged.Leaf.Span, revoked: false);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
        _transport?.Dispose();
        _guard?.Dispose();
        _shop.Dispose();
        _noPlain.Dispose();
        _noBackend.Dispose();
    }

    /// <summary>What the assistant must never tell.</summary>
    internal string Prompt => _shop.Seed.Prompt;

    internal bool HasDefaultLogin => _shop.Has(Weakness.DefaultPassword);

    internal static bool IsKnown(string host) =>
        string.Equals(host, MainHost, StringComparison.OrdinalIgnoreCase) || string.Equals(host, StaffHost, StringComparison.OrdinalIgnoreCase);

    private static void Map(
        IEndpointRouteBuilder app, Shop shop, IBrowserSessions browsers, Action<AccessToken> takeBack, Func<string, string, Task> roleChanged)
    {
        PlainRoutes.Map(app, shop);
        ProfileRoutes.Map(app, shop);
        OrderRoutes.Map(app, shop);
        MoneyRoutes.Map(app, shop);
        AdminRoutes.Map(app, shop, roleChanged);
        SearchRoutes.Map(app, shop);
        WebhookRoutes.Map(app, shop);
        TokenRoutes.Map(app, shop, takeBack);
        LoginRoutes.Map(app, shop, browsers, new LoginAttempts(shop.Time, !shop.Has(Weakness.UnlimitedLogins)));
        RegistrationRoutes.Map(app, shop);
        EventRoutes.Map(app, shop);
        AssistantRoutes.Map(app, shop);
        GraphRoutes.Map(app, shop);
        ForgottenRoutes.Map(app, shop);
    }

    private static string ThumbprintOf(OrdersIdentity identity) => Base64Url.EncodeToString(SHA256.HashData(identity.Forged.Leaf.Span));

    private static int Port(ListenOptions listen) =>
        listen.IPEndPoint?.Port is > 0 and var port ? port : throw new InvalidOperationException("The API is not started.");
}

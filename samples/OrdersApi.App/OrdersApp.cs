using System;
using System.Collections.Generic;
using System.Net;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;

namespace OrdersApi.App;

/// <summary>The sample API on loopback: strict without weaknesses, naked with all of them, the same code both times.</summary>
public sealed class OrdersApp : IAsyncDisposable
{
    /// <summary>The second name of the server: pages for staff, whose certificates come from a CA of their own.</summary>
    public const string StaffHost = "staff.test";

    private const string MainHost = "localhost";
    private const int LargestBody = 64 * 1024;

    private readonly WebApplication _app;
    private readonly TransportGate _transport;
    private readonly ListenOptions _secure;
    private readonly ListenOptions? _plain;

    private OrdersApp(WebApplication app, TransportGate transport, ListenOptions secure, ListenOptions? plain)
    {
        _app = app;
        _transport = transport;
        _secure = secure;
        _plain = plain;
    }

    /// <summary>Where the API listens, once started.</summary>
    public Uri Url => new($"https://{MainHost}:{Port(_secure)}/");

    /// <summary>The plain HTTP port; null unless <see cref="Weakness.PlainHttp"/> is on.</summary>
    public Uri? PlainUrl => _plain is null ? null : new Uri($"http://{MainHost}:{Port(_plain)}/");

    /// <summary>The description that <c>/openapi.json</c> serves.</summary>
    public static string OpenApi => OpenApiDocument.Text;

    /// <summary>Builds the API; nothing listens until <see cref="StartAsync"/>. Binds loopback, ports of the system's choice.</summary>
    /// <param name="weaknesses">What it shall do wrong; what these need is switched on with them.</param>
    /// <param name="pki">Its certificates; not owned, must outlive it.</param>
    /// <param name="time">What the certificates and lists are judged by.</param>
    public static OrdersApp Build(IEnumerable<Weakness> weaknesses, OrdersPki pki, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(weaknesses);
        ArgumentNullException.ThrowIfNull(pki);
        ArgumentNullException.ThrowIfNull(time);
        var weak = Weakness.Closure(weaknesses);
        var transport = new TransportGate(pki, weak, time);
        var accounts = new AccountDirectory(pki.Everyone, weak.Contains(Weakness.AccountByCommonName));
        var gate = new RequestGate(weak, transport, accounts);
        ListenOptions? secure = null;
        ListenOptions? plain = null;

        // An empty builder: no settings file and no environment variable of the machine has a say in what is served.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration();
        builder.Services.AddRoutingCore();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = LargestBody;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
            kestrel.Listen(IPAddress.Loopback, 0, listen =>
            {
                secure = listen;
                listen.UseHttps(new TlsHandshakeCallbackOptions
                {
                    HandshakeTimeout = TimeSpan.FromSeconds(10),
                    OnConnection = context => ValueTask.FromResult(transport.Options(context.ClientHelloInfo.ServerName)),
                });
            });
            if (weak.Contains(Weakness.PlainHttp))
            {
                kestrel.Listen(IPAddress.Loopback, 0, listen => plain = listen);
            }
        });
        var app = builder.Build();
        app.Use(gate.CheckAsync);
        app.UseRouting();
        Routes.Map(app, gate, new OrderStore(), accounts);

        // Kestrel runs the callbacks above when its options are first read; resolving the server does so.
        _ = app.Services.GetRequiredService<Microsoft.AspNetCore.Hosting.Server.IServer>();
        return new OrdersApp(
            app, transport, secure ?? throw new InvalidOperationException("Kestrel did not ask where to listen."), plain);
    }

    /// <summary>Starts to listen.</summary>
    public Task StartAsync(CancellationToken cancellationToken) => _app.StartAsync(cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
        _transport.Dispose();
    }

    internal static bool IsKnown(string host) =>
        string.Equals(host, MainHost, StringComparison.OrdinalIgnoreCase) || string.Equals(host, StaffHost, StringComparison.OrdinalIgnoreCase);

    private static int Port(ListenOptions listen) =>
        listen.IPEndPoint?.Port is > 0 and var port ? port : throw new InvalidOperationException("The API is not started.");
}

using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Sallyport.AspNetCore.Authorization;
using Sallyport.AspNetCore.Connections;
using Sallyport.AspNetCore.Trust;
using Sallyport.Certificates.Chain;
using Sallyport.Certificates.Revocation;
using Sallyport.Lab.Pki;

namespace Sallyport.AspNetCore.Tests.Lab;

/// <summary>A real guarded Kestrel on a loopback port, with the trust of a <see cref="LabPki"/>. Revocation counts when known; <see cref="Trust(LabAuthority[], LabIdentity[])"/> denies.</summary>
/// <remarks>
/// No anchor file is named, so that nobody but the test publishes trust. <c>GET /</c> says "served", <c>GET /whoami</c> the SHA-256 of the connection's certificate, <c>GET /wait</c> sends its head and goes
/// on until it is aborted. Everything else comes from the plan.
/// </remarks>
internal sealed class GuardedHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly LabPki _pki;
    private readonly ChainPolicy _policy;
    private readonly List<IDisposable> _clients = [];

    private GuardedHost(WebApplication app, LabPki pki, ChainPolicy policy, int port)
    {
        _app = app;
        _pki = pki;
        _policy = policy;
        Port = port;
    }

    /// <summary>Strict, but a certificate of which nothing is known about revocation passes.</summary>
    public static ChainPolicy Lenient { get; } = new() { Revocation = new RevocationPolicy { Mode = RevocationMode.WhenKnown } };

    /// <summary>Where it listens, on 127.0.0.1 (localhost in the server's certificate).</summary>
    public int Port { get; }

    /// <summary>https://localhost:port, which makes clients send a server name.</summary>
    public Uri Url => new($"https://localhost:{Port}");

    /// <summary>The application's services, internal ones included.</summary>
    public IServiceProvider Services => _app.Services;

    /// <summary>Where trust is published.</summary>
    public TrustHolder TrustHolder => Services.GetRequiredService<TrustHolder>();

    /// <summary>What is open.</summary>
    public ConnectionRegistry Connections => Services.GetRequiredService<ConnectionRegistry>();

    /// <summary>Starts one; it answers when this returns.</summary>
    /// <param name="pki">Whose server certificate and client CA it has.</param>
    /// <param name="plan">What is different from the plain one.</param>
    public static async Task<GuardedHost> StartAsync(LabPki pki, GuardedPlan? plan = null)
    {
        plan ??= new GuardedPlan();
        ListenOptions? bound = null;
        var policy = plan.Policy ?? Lenient;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        plan.Services?.Invoke(builder.Services);
        builder.AddSallyport(options =>
        {
            options.Transport.ServerCertificate = pki.Server.Certificate;

            // A machine that runs all tests at once may take its time.
            options.Transport.HandshakeTimeout = TimeSpan.FromSeconds(60);
            options.Client.Policy = policy;
            options.Revocation.Policy = policy.Revocation;
            plan.Options?.Invoke(options);
        });
        builder.WebHost.UseSallyport();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            bound = listen;
            plan.Listen?.Invoke(listen);
        }));
        var app = builder.Build();
        try
        {
            app.UseSallyport();
            Map(app);
            plan.App?.Invoke(app);
            var trusted = new GuardedHost(app, pki, policy, 0);
            if (plan.IsTrusting)
            {
                trusted.Trust();
            }

            await app.StartAsync(TestContext.Current.CancellationToken);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }

        return new GuardedHost(app, pki, policy, bound?.IPEndPoint?.Port ?? throw new InvalidOperationException("Nothing is bound."));
    }

    /// <summary>Trusts these authorities, by <see cref="Lenient"/> unless another policy is given.</summary>
    public static ChainVerifier Verifier(LabAuthority authority, ChainPolicy? policy = null) => new([Anchor(authority)], [], policy ?? Lenient);

    /// <summary>Publishes that the client CA is trusted and these certificates are denied.</summary>
    public void Trust(params LabIdentity[] denied) => Trust([_pki.ClientCa], denied);

    /// <summary>Publishes which authorities are trusted and which certificates are denied.</summary>
    public void Trust(LabAuthority[] anchors, LabIdentity[] denied) => TrustHolder.Publish(
        new ChainVerifier([.. anchors.Select(Anchor)], [], _policy),
        RevocationSnapshot.Of(0, [], [], denied.Select(static identity => Certificates.CertificateThumbprint.Of(identity.Certificate)), []));

    /// <summary>A client with this certificate and connections of its own. HTTP/1.1 unless another version is asked for. Verifies the server.</summary>
    public HttpClient Client(LabIdentity? identity, Version? version = null)
    {
        var client = GuardedClient.Over(_pki, identity, Url, version ?? HttpVersion.Version11);
        lock (_clients)
        {
            _clients.Add(client);
        }

        return client;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients)
        {
            client.Dispose();
        }

        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }

    private static TrustAnchor Anchor(LabAuthority authority) =>
        TrustAnchor.TryRead(authority.Authority.Certificate.Span, out var anchor) ? anchor : throw new InvalidOperationException("The lab's CA cannot be read.");

    private static void Map(WebApplication app)
    {
        app.MapGet("/", () => "served").AllowWithoutClientCertificate("the lab looks at connections here");
        app.MapGet("/whoami", (HttpContext context) =>
            context.Features.Get<IGuardedConnectionFeature>()?.Connection.Certificate.Thumbprint.ToHex()).AllowWithoutClientCertificate("the lab looks at connections here");
        app.MapGet("/wait", async context =>
        {
            await context.Response.StartAsync(context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        }).AllowWithoutClientCertificate("the lab looks at connections here");
    }
}

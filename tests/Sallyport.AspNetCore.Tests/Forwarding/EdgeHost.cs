using System;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Sallyport.AspNetCore.Connections;
using Sallyport.AspNetCore.Lockout;
using Sallyport.Certificates.Chain;
using Sallyport.Lab.Pki;

namespace Sallyport.AspNetCore.Tests.Forwarding;

/// <summary>A real Kestrel behind mutual TLS that has nothing but the gates of the edge.</summary>
internal sealed class EdgeHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly EdgeTrust _edge;

    private EdgeHost(WebApplication app, EdgeTrust edge)
    {
        _app = app;
        _edge = edge;
    }

    public Uri Address => new(_app.Urls.Single().Replace("127.0.0.1", "localhost", StringComparison.Ordinal));

    public static async Task<EdgeHost> StartAsync(EdgeTrust edge, RequestDelegate endpoint, ILockout? lockout = null)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            if (lockout is not null)
            {
                listen.Use(next => async connection =>
                {
                    await lockout.WaitAsync(connection.RemoteEndPoint, connection.ConnectionClosed);
                    await next(connection);
                    if (!connection.Items.ContainsKey(nameof(EdgeHost)))
                    {
                        lockout.HandshakeFailed(connection.RemoteEndPoint);
                    }
                });
            }

            listen.Protocols = HttpProtocols.Http1AndHttp2;
            listen.UseHttps(https =>
            {
                https.ServerCertificate = edge.Pki.Server;
                https.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
                https.ClientCertificateValidation = (certificate, _, _) =>
                    edge.Judge.Judge(certificate.RawData, []).Verdict is ChainVerdict.Verified;
            });
            listen.Use(next => connection =>
            {
                connection.Items[nameof(EdgeHost)] = true;
                return next(connection);
            });
        }));
        WebApplication app = builder.Build();
        app.Use((context, next) =>
        {
            X509Certificate2 peer = context.Connection.ClientCertificate.ShouldNotBeNull();
            VerifiedClientCertificate certificate = edge.Judge.Judge(peer.RawData, []).Verdict.ShouldBeOfType<ChainVerdict.Verified>().Certificate;
            context.Features.Set<IGuardedConnectionFeature>(new Peer(new GuardedConnection(context.Connection.Id, null, null, certificate, [], 1)));
            return next(context);
        });
        app.Use((context, next) => edge.Gate.InvokeAsync(context, next));
        app.Run(endpoint);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new EdgeHost(app, edge);
    }

    /// <summary>A client with one connection, as a proxy or as anybody else.</summary>
    public HttpClient Client(LabIdentity identity, Version? version = null)
    {
        X509ChainPolicy roots = new() { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
        roots.CustomTrustStore.Add(_edge.Pki.ServerCa);
        var handler = new SocketsHttpHandler
        {
            EnableMultipleHttp2Connections = false,
            SslOptions = new SslClientAuthenticationOptions
            {
                ClientCertificateContext = SslStreamCertificateContext.Create(identity, null, offline: true),
                CertificateChainPolicy = roots,
                AllowTlsResume = false,
            },
        };
        return new HttpClient(handler) { BaseAddress = Address, DefaultRequestVersion = version ?? HttpVersion.Version11, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
    }

    public async ValueTask DisposeAsync()
    {
        using var hurry = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        await _app.StopAsync(hurry.Token);
        await _app.DisposeAsync();
    }

    private sealed record Peer(GuardedConnection Connection) : IGuardedConnectionFeature;
}

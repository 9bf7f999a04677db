using System;
using System.Net;
using System.Net.Http;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;
using Sallyport.AspNetCore.Tests.Lab;
using Sallyport.Lab.Pki;

namespace Sallyport.AspNetCore.Tests.Transport;

/// <summary>What the platform does without the guard: the controls of the guard's own tests, which prove nothing unless these see something.</summary>
public sealed class BareKestrelTests : IDisposable
{
    private readonly LabPki _pki = new(TimeProvider.System);

    public void Dispose() => _pki.Dispose();

    [Fact]
    public async Task X1_X2_The_platform_fetches_what_a_stranger_names_before_it_refuses_him()
    {
        Assert.SkipUnless(Environment.Version.Major == 10 && OperatingSystem.IsLinux(), "A fact of .NET 10 on Linux.");
        await using var canary = new Canary();
        await using var bare = await StartAsync(static () => false);
        var stranger = _pki.Client("alice", spec => spec with { CaIssuersUrls = [canary.Url] }, _pki.RogueCa);
        using var client = Client(bare, stranger);
        await Should.ThrowAsync<HttpRequestException>(() => client.GetStringAsync("/", TestContext.Current.CancellationToken));
        canary.Visits.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task X7_The_platform_serves_on_a_kept_connection_whoever_lost_all_trust()
    {
        var isTrusted = true;
        await using var bare = await StartAsync(() => Volatile.Read(ref isTrusted));
        using var client = Client(bare, _pki.Alice);
        string connection = await client.GetStringAsync("/", TestContext.Current.CancellationToken);
        Volatile.Write(ref isTrusted, false);
        (await client.GetStringAsync("/", TestContext.Current.CancellationToken)).ShouldBe(connection);
        using var fresh = Client(bare, _pki.Alice);
        await Should.ThrowAsync<HttpRequestException>(() => fresh.GetStringAsync("/", TestContext.Current.CancellationToken));
    }

    private async Task<WebApplication> StartAsync(Func<bool> trusts)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = HttpProtocols.Http1;
            listen.UseHttps(https =>
            {
                https.ServerCertificate = _pki.Server.Certificate;
                https.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
                https.ClientCertificateValidation = (_, _, _) => trusts();
            });
        }));
        var app = builder.Build();
        app.MapGet("/", static (Microsoft.AspNetCore.Http.HttpContext context) => context.Connection.Id);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return app;
    }

    private HttpClient Client(WebApplication bare, LabIdentity identity)
    {
        var trust = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        trust.CustomTrustStore.Add(X509CertificateLoader.LoadCertificate(_pki.ServerCa.Authority.Certificate.Span));
        var port = new Uri(System.Linq.Enumerable.Single(bare.Urls)).Port;
        return new HttpClient(new SocketsHttpHandler
        {
            SslOptions = new SslClientAuthenticationOptions
            {
                CertificateChainPolicy = trust,
                ClientCertificateContext = SslStreamCertificateContext.Create(identity.Certificate, null, offline: true),
            },
        })
        {
            BaseAddress = new Uri($"https://localhost:{port}"),
        };
    }
}

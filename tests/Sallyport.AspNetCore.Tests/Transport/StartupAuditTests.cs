using System;
using System.Collections.Generic;
using System.IO;
using System.Net;
using System.Net.Security;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Sallyport.AspNetCore.Authorization;
using Sallyport.AspNetCore.Tests.Lab;
using Sallyport.Lab.Pki;
using Sallyport.Lab.Processes;

namespace Sallyport.AspNetCore.Tests.Transport;

public sealed class StartupAuditTests(StartupAuditTests.Pki fixture) : IClassFixture<StartupAuditTests.Pki>
{
    private readonly LabPki _pki = fixture.Lab;

    [Fact]
    public Task Refuses_a_plain_endpoint_beside_guarded_ones() => RefusesAsync(["127.0.0.1:0", "not guarded", "UseSallyport()"], kestrel =>
    {
        kestrel.Listen(IPAddress.Loopback, 0, static listen => listen.UseSallyport());
        kestrel.Listen(IPAddress.Loopback, 0);
    });

    [Fact]
    public Task Refuses_HTTPS_without_the_guard() =>
        RefusesAsync(["127.0.0.1:0", "remove UseHttps"], kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(_pki.Server.Certificate)));

    [Fact]
    public Task Refuses_handshake_callbacks_of_somebody_else() => RefusesAsync(["127.0.0.1:0", "UseHttps"], kestrel =>
        kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(new TlsHandshakeCallbackOptions
        {
            OnConnection = _ => new(new SslServerAuthenticationOptions { ServerCertificate = _pki.Server.Certificate }),
        })));

    [Fact]
    public Task X12_d5_Refuses_an_endpoint_that_asks_for_certificates_later() => RefusesAsync(["127.0.0.1:0", "UseHttps"], kestrel =>
        kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(https =>
        {
            https.ServerCertificate = _pki.Server.Certificate;
            https.ClientCertificateMode = ClientCertificateMode.DelayCertificate;
        })));

    [Theory]
    [InlineData(HttpProtocols.Http1AndHttp2AndHttp3)]
    [InlineData(HttpProtocols.Http3)]
    public Task D7_Refuses_HTTP3(HttpProtocols protocols) => RefusesAsync(["Http", "guarded"], kestrel =>
        kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseSallyport().Protocols = protocols));

    [Fact]
    public Task Refuses_UseHttps_beside_the_guard() => RefusesAsync(["https://127.0.0.1:0", "remove it"], kestrel =>
        kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseSallyport().UseHttps(_pki.Server.Certificate)));

    [Fact]
    public Task Refuses_UseHttps_before_the_guard() => RefusesAsync(["https://127.0.0.1:0", "remove it"], kestrel =>
        kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(_pki.Server.Certificate).UseSallyport()));

    [Fact]
    public Task Refuses_a_plain_endpoint_on_localhost() => RefusesAsync(["not guarded"], kestrel => kestrel.ListenLocalhost(FreePorts.Take(1)[0]));

    [Fact]
    public Task Refuses_a_plain_unix_socket() => RefusesAsync(["not guarded"], static kestrel =>
        kestrel.ListenUnixSocket(Path.Combine(Directory.CreateTempSubdirectory("sallyport-socket-").FullName, "plain.sock")));

    [Fact]
    public Task Refuses_defaults_that_replace_the_guards() => RefusesAsync(
        ["127.0.0.1:0", "ConfigureEndpointDefaults"],
        static kestrel =>
        {
            kestrel.ConfigureEndpointDefaults(static listen => listen.Protocols = HttpProtocols.Http1);
            kestrel.Listen(IPAddress.Loopback, 0);
        },
        static builder => builder.WebHost.UseSallyport());

    [Fact]
    public Task Refuses_a_plain_address() => RefusesAsync(["http://127.0.0.1:0", "plain HTTP"], static _ => { }, static builder =>
    {
        builder.WebHost.UseSallyport();
        builder.WebHost.UseUrls("https://127.0.0.1:0", "http://127.0.0.1:0");
    });

    [Fact]
    public Task Refuses_a_plain_address_that_nobody_guards() =>
        RefusesAsync(["http://127.0.0.1:0", "plain HTTP"], static _ => { }, static builder => builder.WebHost.UseUrls("http://127.0.0.1:0"));

    [Fact]
    public Task Refuses_a_plain_endpoint_in_the_configuration() => RefusesAsync(["Legacy", "http://127.0.0.1:0", "plain HTTP"], static _ => { }, static builder =>
    {
        builder.WebHost.UseSallyport();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["Kestrel:Endpoints:Legacy:Url"] = "http://127.0.0.1:0" });
        builder.WebHost.ConfigureKestrel((context, kestrel) => kestrel.Configure(context.Configuration.GetSection("Kestrel")));
    });

    [Fact]
    public Task Refuses_to_start_without_a_server_certificate() => RefusesAsync(
        ["no server certificate", "CertificateFile"],
        static kestrel => kestrel.Listen(IPAddress.Loopback, 0),
        static builder =>
        {
            builder.WebHost.UseSallyport();
            builder.Services.Configure<SallyportOptions>(static options => options.Transport.ServerCertificate = null);
        });

    [Fact]
    public Task Refuses_to_start_without_the_request_gates() => RefusesAsync(
        ["app.UseSallyport()"],
        static kestrel => kestrel.Listen(IPAddress.Loopback, 0),
        static builder => builder.WebHost.UseSallyport(),
        isPiped: false);

    [Fact]
    public Task Refuses_a_transport_that_came_after_the_guard() => RefusesAsync(
        ["transport"],
        static kestrel => kestrel.Listen(IPAddress.Loopback, 0),
        static builder =>
        {
            builder.WebHost.UseSallyport();
            builder.Services.AddSingleton<IConnectionListenerFactory, Late>();
        });

    [Fact]
    public async Task Guards_an_address_from_the_host()
    {
        await using var app = Build(static builder =>
        {
            builder.WebHost.UseSallyport();
            builder.WebHost.UseUrls("https://127.0.0.1:0");
        });
        await ServesOnlyGuardedAsync(app);
    }

    [Fact]
    public async Task Guards_an_endpoint_from_the_configuration()
    {
        await using var app = Build(static builder =>
        {
            builder.WebHost.UseSallyport();
            builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["Kestrel:Endpoints:Api:Url"] = "https://127.0.0.1:0" });
            builder.WebHost.ConfigureKestrel((context, kestrel) => kestrel.Configure(context.Configuration.GetSection("Kestrel")));
        });
        await ServesOnlyGuardedAsync(app);
    }

    [Fact]
    public async Task Guards_an_endpoint_that_was_configured_before_the_guard()
    {
        await using var app = Build(static builder =>
        {
            builder.WebHost.ConfigureKestrel(static kestrel => kestrel.Listen(IPAddress.Loopback, 0));
            builder.WebHost.UseSallyport();
        });
        await ServesOnlyGuardedAsync(app);
    }

    [Fact]
    public async Task Guards_one_endpoint_alone()
    {
        await using var app = Build(static builder =>
            builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(static kestrel => kestrel.Listen(IPAddress.Loopback, 0, static listen => listen.UseSallyport())));
        await ServesOnlyGuardedAsync(app);
    }

    private async Task ServesOnlyGuardedAsync(WebApplication app)
    {
        await app.StartAsync(TestContext.Current.CancellationToken);
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>().ShouldNotBeNull().Addresses.ShouldHaveSingleItem();
        address.ShouldStartWith("https://");
        app.Services.GetRequiredService<AspNetCore.Trust.TrustHolder>().Publish(GuardedHost.Verifier(_pki.ClientCa), Certificates.Revocation.RevocationSnapshot.Empty);
        using var alice = GuardedClient.Over(_pki, _pki.Alice, new Uri(address), HttpVersion.Version11);
        (await alice.GetStringAsync("/", TestContext.Current.CancellationToken)).ShouldBe("served");
        using var nobody = GuardedClient.Over(_pki, null, new Uri(address), HttpVersion.Version11);
        await Should.ThrowAsync<System.Net.Http.HttpRequestException>(() => nobody.GetAsync("/", TestContext.Current.CancellationToken));
        await app.StopAsync(TestContext.Current.CancellationToken);
    }

    private async Task RefusesAsync(string[] said, Action<KestrelServerOptions> kestrel, Action<WebApplicationBuilder>? more = null, bool isPiped = true)
    {
        // Endpoints are configured when the host is built, and bound when it starts.
        var error = await Should.ThrowAsync<Exception>(async () =>
        {
            await using var app = Build(
                builder =>
                {
                    builder.WebHost.UseKestrelHttpsConfiguration();
                    more?.Invoke(builder);
                    builder.WebHost.ConfigureKestrel(kestrel);
                },
                isPiped);
            await app.StartAsync(TestContext.Current.CancellationToken);
        });
        foreach (var text in said)
        {
            error.ToString().ShouldContain(text);
        }

        (error is IOException or InvalidOperationException).ShouldBeTrue(error.ToString());
    }

    private WebApplication Build(Action<WebApplicationBuilder> configure, bool isPiped = true)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.AddSallyport(options =>
        {
            options.Transport.ServerCertificate = _pki.Server.Certificate;
            options.Client.Policy = GuardedHost.Lenient;
            options.Revocation.Policy = GuardedHost.Lenient.Revocation;
        });
        configure(builder);
        var app = builder.Build();
        if (isPiped)
        {
            app.UseSallyport();
        }

        app.MapGet("/", static () => "served").AllowWithoutClientCertificate("the test asks here");
        return app;
    }

    private sealed class Late : IConnectionListenerFactory
    {
        public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, System.Threading.CancellationToken cancellationToken = default) =>
            throw new InvalidOperationException("It was asked to bind.");
    }

    public sealed class Pki : IDisposable
    {
        public LabPki Lab { get; } = new(TimeProvider.System);

        public void Dispose() => Lab.Dispose();
    }
}

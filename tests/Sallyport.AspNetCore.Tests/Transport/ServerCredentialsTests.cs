using System;
using System.IO;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Threading.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Sallyport.AspNetCore.Tests.Lab;
using Sallyport.AspNetCore.Transport;
using Sallyport.Certificates;
using Sallyport.Lab.Pki;

namespace Sallyport.AspNetCore.Tests.Transport;

public sealed class ServerCredentialsTests : IDisposable
{
    private readonly LabPki _pki = new(TimeProvider.System);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sallyport-server-");

    public void Dispose()
    {
        _pki.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task D16_A_swapped_symbolic_link_brings_the_next_certificate_and_closes_nothing()
    {
        var first = _pki.ServerFor("localhost");
        var second = _pki.ServerFor("localhost");
        Version("1", first);
        Version("2", second);
        Link("1");
        await using var host = await StartAsync("data/tls.crt", "data/tls.key");
        await using var before = await GuardedClient.ConnectAsync(host.Port, _pki, _pki.Alice);
        Shown(before).ShouldBe(Of(first));

        Link("2");
        LookTwice(host.Services.GetRequiredService<ServerCredentials>());
        await using var after = await GuardedClient.ConnectAsync(host.Port, _pki, _pki.Alice);
        Shown(after).ShouldBe(Of(second));
        await before.WriteAsync("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(before);
        (await reader.ReadToEndAsync(TestContext.Current.CancellationToken)).ShouldContain("served");
    }

    [Fact]
    public async Task D16_The_poll_finds_a_change_by_itself()
    {
        var second = _pki.ServerFor("localhost");
        Version("1", _pki.ServerFor("localhost"));
        Version("2", second);
        Link("1");
        await using var host = await StartAsync("data/tls.crt", "data/tls.key");
        Link("2");
        var credentials = host.Services.GetRequiredService<ServerCredentials>();
        await Eventually.IsTrueAsync(() => CertificateThumbprint.Of(credentials.Current.TargetCertificate) == Of(second));
    }

    [Fact]
    public async Task D16_What_is_half_written_or_does_not_fit_is_kept_out()
    {
        var good = _pki.ServerFor("localhost");
        var next = _pki.ServerFor("localhost");
        Write("tls.crt", good.Forged.ExportChainPem());
        Write("tls.key", good.Forged.ExportKeyPem());
        await using var host = await StartAsync("tls.crt", "tls.key");
        var credentials = host.Services.GetRequiredService<ServerCredentials>();
        string[] bad =
        [
            "",
            "no certificate",
            next.Forged.ExportChainPem()[..200],
            next.Forged.ExportChainPem() + next.Forged.ExportChainPem()[..200],
            next.Forged.ExportChainPem(),
            _pki.ServerWith(spec => spec with { ExtendedKeyUsages = ["1.3.6.1.5.5.7.3.2"] }, "localhost").Forged.ExportChainPem(),
        ];
        foreach (var text in bad)
        {
            Write("tls.crt", text);
            LookTwice(credentials);
            CertificateThumbprint.Of(credentials.Current.TargetCertificate).ShouldBe(Of(good));
        }

        File.Delete(Path.Combine(_folder.FullName, "tls.crt"));
        LookTwice(credentials);
        CertificateThumbprint.Of(credentials.Current.TargetCertificate).ShouldBe(Of(good));
        (await host.Client(_pki.Alice).GetStringAsync("/", TestContext.Current.CancellationToken)).ShouldBe("served");

        Write("tls.crt", next.Forged.ExportChainPem());
        Write("tls.key", next.Forged.ExportKeyPem()[..60]);
        LookTwice(credentials);
        CertificateThumbprint.Of(credentials.Current.TargetCertificate).ShouldBe(Of(good));
        Write("tls.key", next.Forged.ExportKeyPem());
        LookTwice(credentials);
        CertificateThumbprint.Of(credentials.Current.TargetCertificate).ShouldBe(Of(next));
    }

    [Fact]
    public async Task D16_A_chain_cut_between_two_certificates_is_not_taken_at_one_look()
    {
        var good = _pki.ServerFor("localhost");
        var next = _pki.ServerFor("localhost");
        string intermediate = _pki.ServerFor("localhost").Forged.ExportChainPem();
        Write("tls.crt", good.Forged.ExportChainPem());
        Write("tls.key", good.Forged.ExportKeyPem());
        await using var host = await StartAsync("tls.crt", "tls.key");
        var credentials = host.Services.GetRequiredService<ServerCredentials>();
        Write("tls.key", next.Forged.ExportKeyPem());
        Write("tls.crt", next.Forged.ExportChainPem());
        credentials.Refresh();
        Write("tls.crt", next.Forged.ExportChainPem() + intermediate);
        credentials.Refresh();
        CertificateThumbprint.Of(credentials.Current.TargetCertificate).ShouldBe(Of(good));
        credentials.Refresh();
        CertificateThumbprint.Of(credentials.Current.TargetCertificate).ShouldBe(Of(next));
    }

    [Fact]
    public async Task A_certificate_out_of_its_dates_does_not_replace_a_current_one()
    {
        var good = _pki.ServerFor("localhost");
        Write("tls.pem", good.Forged.ExportChainPem() + good.Forged.ExportKeyPem());
        await using var host = await StartAsync("tls.pem", null);
        var credentials = host.Services.GetRequiredService<ServerCredentials>();
        var late = _pki.ServerWith(spec => spec with { NotBefore = spec.NotBefore.AddDays(-9), NotAfter = spec.NotBefore.AddDays(-8) }, "localhost");
        Write("tls.pem", late.Forged.ExportChainPem() + late.Forged.ExportKeyPem());
        LookTwice(credentials);
        CertificateThumbprint.Of(credentials.Current.TargetCertificate).ShouldBe(Of(good));
    }

    [Fact]
    public async Task A_PFX_file_serves_too()
    {
        var server = _pki.ServerFor("localhost");
        await using var host = await GuardedHost.StartAsync(_pki, new GuardedPlan
        {
            Options = options =>
            {
                options.Transport.ServerCertificate = null;
                options.Transport.CertificateFile = server.Pkcs12File("pass");
                options.Transport.Password = "pass";
            },
        });
        await using var stream = await GuardedClient.ConnectAsync(host.Port, _pki, _pki.Alice);
        Shown(stream).ShouldBe(Of(server));
    }

    [Fact]
    public async Task D13_Handshakes_share_what_was_made_once_and_nothing_is_fetched_for_it()
    {
        await using var canary = new Canary();
        var server = _pki.ServerWith(spec => spec with { CaIssuersUrls = [canary.Url], OcspUrls = [canary.Url], CrlUrls = [canary.Url] }, "localhost");
        Write("tls.crt", server.Forged.ExportChainPem());
        Write("tls.key", server.Forged.ExportKeyPem());
        await using var host = await StartAsync("tls.crt", "tls.key");
        var credentials = host.Services.GetRequiredService<ServerCredentials>();
        LookTwice(credentials);
        var one = credentials.Current;
        for (var count = 0; count < 3; count++)
        {
            await using var stream = await GuardedClient.ConnectAsync(host.Port, _pki, _pki.Alice);
            LookTwice(credentials);
        }

        credentials.Current.ShouldBeSameAs(one);
        canary.Visits.ShouldBe(0);
    }

    private static CertificateThumbprint Shown(SslStream stream) =>
        CertificateThumbprint.Of(stream.RemoteCertificate.ShouldBeOfType<X509Certificate2>());

    private static CertificateThumbprint Of(LabIdentity identity) => CertificateThumbprint.Of(identity.Forged.Leaf.Span);

    private Task<GuardedHost> StartAsync(string certificate, string? key) => GuardedHost.StartAsync(_pki, new GuardedPlan
    {
        Options = options =>
        {
            options.Trust.PollInterval = TimeSpan.FromMilliseconds(100);
            options.Transport.ServerCertificate = null;
            options.Transport.CertificateFile = Path.Combine(_folder.FullName, certificate);
            options.Transport.KeyFile = key is null ? null : Path.Combine(_folder.FullName, key);
        },
    });

    private void Version(string name, LabIdentity identity)
    {
        _folder.CreateSubdirectory(name);
        Write(Path.Combine(name, "tls.crt"), identity.Forged.ExportChainPem());
        Write(Path.Combine(name, "tls.key"), identity.Forged.ExportKeyPem());
    }

    /// <summary>As Kubernetes does: what changes is a link above the files, which themselves never do.</summary>
    private void Link(string version)
    {
        var link = Path.Combine(_folder.FullName, "data");
        File.Delete(link);
        File.CreateSymbolicLink(link, version);
    }

    private void Write(string name, string content) => File.WriteAllText(Path.Combine(_folder.FullName, name), content);

    /// <summary>New content counts when two looks in a row found the same.</summary>
    private static void LookTwice(ServerCredentials credentials)
    {
        credentials.Refresh();
        credentials.Refresh();
    }
}

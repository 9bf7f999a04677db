using System;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Sallyport.AspNetCore.Outbound;
using Sallyport.AspNetCore.Tests.Forwarding;
using Sallyport.Certificates;
using Sallyport.Certificates.Revocation;
using Sallyport.Forge;
using Sallyport.Lab.Pki;

namespace Sallyport.AspNetCore.Tests.Outbound;

/// <summary>The client at real servers: every row of <c>sallyport mitm</c>, and what else a careful client refuses.</summary>
public sealed class SallyportClientTests : IAsyncDisposable
{
    private const string ClientAuth = "1.3.6.1.5.5.7.3.2";

    // SslProtocols.Tls and Tls11: the names are obsolete, and offering nothing better is these servers' purpose.
    private const SslProtocols Tls10 = (SslProtocols)192;
    private const SslProtocols Tls11 = (SslProtocols)768;
    private static readonly TimeSpan _ceiling = TimeSpan.FromSeconds(30);
    private readonly ClientLab _lab = new();

    private LabPki Pki => _lab.Pki;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _lab.DisposeAsync();

    [Fact]
    public async Task Mitm_good_goes_on_and_shows_the_clients_certificate()
    {
        using HttpClient client = await _lab.StartAsync();
        await using BadServer server = BadServer.Start(Pki.Server);
        (await client.GetStringAsync(server.Address(), Token)).ShouldBe("served");
        (await client.GetStringAsync(server.Address("127.0.0.1"), Token)).ShouldBe("served");
        CertificateThumbprint alice = CertificateThumbprint.Of(Pki.Alice.Forged.Leaf.Span);
        server.Clients.ShouldBe([alice, alice]);
    }

    [Fact]
    public async Task Mitm_wrong_name_is_refused() =>
        await RefusedAsync(BadServer.Start(Pki.ServerFor("wrong.example")), "NameMismatch");

    [Fact]
    public async Task Mitm_expired_is_refused() =>
        await RefusedAsync(BadServer.Start(Pki.ServerWith(static s => s with { NotBefore = s.NotBefore.AddDays(-30), NotAfter = s.NotBefore.AddDays(-1) }, "localhost")), "Expired");

    [Fact]
    public async Task Mitm_self_signed_is_refused() => await RefusedAsync(BadServer.Start(Pki.SelfSigned), "UnknownIssuer");

    [Fact]
    public async Task Mitm_rogue_ca_of_the_same_name_is_refused()
    {
        // Another PKI has the same names and other keys.
        using var other = new LabPki(TimeProvider.System);
        await RefusedAsync(BadServer.Start(other.Server), "BadSignature");
    }

    [Fact]
    public async Task Mitm_revoked_is_refused()
    {
        LabIdentity revoked = Pki.ServerFor("localhost");
        await RefusedAsync(BadServer.Start(revoked), "Revoked", () => _lab.Revoke(revoked));
    }

    [Fact]
    public async Task Mitm_weak_key_is_refused() =>
        await RefusedAsync(BadServer.Start(Pki.ServerWith(static s => s with { Key = ForgeKey.Rsa(1024) }, "localhost"), weak: true), null);

    [Fact]
    public async Task Mitm_missing_intermediate_is_refused_and_a_sent_one_helps()
    {
        CertificateAuthority intermediate = Pki.ServerCa.Authority.CreateIntermediate(CertificateAuthority.AuthoritySpec(
            Sallyport.Forge.DistinguishedName.CommonName("Lab Server Intermediate"), DateTimeOffset.UnixEpoch.AddYears(50), DateTimeOffset.UnixEpoch.AddYears(100), ForgeKey.P256()));
        await RefusedAsync(BadServer.Start(Below(intermediate), leafOnly: true), "UnknownIssuer", options: WhenKnown);
    }

    [Fact]
    public async Task An_intermediate_that_is_sent_leads_to_the_root()
    {
        CertificateAuthority intermediate = Pki.ServerCa.Authority.CreateIntermediate(CertificateAuthority.AuthoritySpec(
            Sallyport.Forge.DistinguishedName.CommonName("Lab Server Intermediate"), DateTimeOffset.UnixEpoch.AddYears(50), DateTimeOffset.UnixEpoch.AddYears(100), ForgeKey.P256()));
        using HttpClient client = await _lab.StartAsync(WhenKnown);
        await using BadServer server = BadServer.Start(Below(intermediate));
        (await client.GetStringAsync(server.Address(), Token)).ShouldBe("served");
    }

    [Theory]
    [InlineData(Tls10)]
    [InlineData(Tls11)]
    public async Task Mitm_old_tls_is_refused(SslProtocols protocols) =>
        await RefusedAsync(BadServer.Start(Pki.ServerWith(static s => s with { Key = ForgeKey.Rsa(2048) }, "localhost"), weak: true, protocols: protocols), null);

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task Mitm_no_client_certificate_is_refused_before_a_request_is_sent(SslProtocols protocols) =>
        await RefusedAsync(BadServer.Start(Pki.Server, asks: false, protocols: protocols), "never asked");

    [Fact]
    public async Task A_server_that_asks_for_no_certificate_is_fine_for_a_client_that_has_none()
    {
        using HttpClient client = await _lab.StartAsync(showsCertificate: false);
        await using BadServer server = BadServer.Start(Pki.Server, asks: false);
        (await client.GetStringAsync(server.Address(), Token)).ShouldBe("served");
    }

    [Fact]
    public async Task A_common_name_is_no_name() => await RefusedAsync(
        BadServer.Start(Pki.ServerWith(static s => s with { SubjectAltNames = [new Sallyport.Forge.GeneralName.Dns("wrong.example")] }, "localhost")), "NameMismatch");

    [Fact]
    public async Task An_address_is_matched_by_an_address_only() => await RefusedAsync(
        BadServer.Start(Pki.ServerWith(static s => s with { SubjectAltNames = [new Sallyport.Forge.GeneralName.Dns("127.0.0.1"), new Sallyport.Forge.GeneralName.Dns("localhost")] }, "localhost")),
        null,
        host: "127.0.0.1");

    [Fact]
    public async Task A_clients_certificate_is_no_servers() => await RefusedAsync(
        BadServer.Start(Pki.ServerWith(static s => s with { ExtendedKeyUsages = [ClientAuth] }, "localhost")), "PurposeMissing");

    [Fact]
    public async Task What_must_be_stapled_is_refused() => await RefusedAsync(
        BadServer.Start(Pki.ServerWith(
            static s => s with { ExtraExtensions = [new Sallyport.Forge.CertificateExtension("1.3.6.1.5.5.7.1.24", false, new byte[] { 0x30, 0x03, 0x02, 0x01, 0x05 })] }, "localhost")),
        "MustStaple");

    [Fact]
    public async Task A_status_that_nobody_knows_is_refused()
    {
        using HttpClient client = await _lab.StartAsync();
        await File.WriteAllTextAsync(_lab.Lists, PemEncoding.WriteString("X509 CRL", Pki.ClientCa.RevocationList()), Token);
        _lab.LookTwice();
        await using BadServer server = BadServer.Start(Pki.Server);
        await RefusesAsync(client, server, "RevocationUnknown", "localhost");
    }

    [Fact]
    public async Task A_pin_that_is_not_on_the_path_is_refused_and_a_backup_pin_counts()
    {
        string other = Convert.ToBase64String(SHA256.HashData("another key"u8));
        string spare = Convert.ToBase64String(SHA256.HashData("a spare key"u8));
        string right = Convert.ToBase64String(SHA256.HashData(Pki.Server.Forged.Key.SubjectPublicKeyInfo.Span));
        string root = Convert.ToBase64String(SHA256.HashData(Pki.ServerCa.Authority.Key.SubjectPublicKeyInfo.Span));
        await RefusedAsync(BadServer.Start(Pki.Server), "PinMismatch", options: o => o.Pin(other).Pin(spare));
        foreach (string pin in (string[])[right, "sha256/" + root])
        {
            await using var lab = new ClientLab();
            var judged = new SallyportClientOptions().Pin(other).Pin(pin);
            judged.Pins.Count.ShouldBe(2);
            using HttpClient client = await lab.StartAsync(o => o.Pin(other).Pin(pin == right
                ? Convert.ToBase64String(SHA256.HashData(lab.Pki.Server.Forged.Key.SubjectPublicKeyInfo.Span))
                : Convert.ToBase64String(SHA256.HashData(lab.Pki.ServerCa.Authority.Key.SubjectPublicKeyInfo.Span))));
            await using BadServer server = BadServer.Start(lab.Pki.Server);
            (await client.GetStringAsync(server.Address(), Token)).ShouldBe("served");
        }
    }

    [Fact]
    public async Task Plain_http_is_never_spoken()
    {
        using HttpClient client = await _lab.StartAsync();
        await using BadServer server = BadServer.Start(Pki.Server);
        await Should.ThrowAsync<HttpRequestException>(() => client.GetAsync(server.Address(scheme: "http"), Token));
        await Should.ThrowAsync<HttpRequestException>(() => client.GetAsync(new Uri($"https://user:word@localhost:{server.Port}/"), Token));
        server.Heard.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("http://localhost:1/")]
    [InlineData("https://elsewhere.test/")]
    public async Task A_redirect_is_an_answer_and_not_followed(string location)
    {
        using HttpClient client = await _lab.StartAsync();
        await using BadServer server = BadServer.Start(Pki.Server, answer: $"HTTP/1.1 302 Found\r\nLocation: {location}\r\nSet-Cookie: s=1\r\nContent-Length: 0\r\n\r\n");
        using HttpResponseMessage answer = await client.GetAsync(server.Address(), Token);
        answer.StatusCode.ShouldBe(HttpStatusCode.Found);
        using HttpResponseMessage second = await client.GetAsync(server.Address(), Token);
        server.Heard.Count.ShouldBe(2);
        server.Heard.ShouldAllBe(static request => !request.Contains("Cookie", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Everything_that_acts_on_its_own_is_off()
    {
        using HttpClient client = await _lab.StartAsync();
        using var handler = new OutboundHandler(_lab.Known, new SallyportClientOptions());
        SocketsHttpHandler sockets = handler.InnerHandler.ShouldBeOfType<SocketsHttpHandler>();
        sockets.UseProxy.ShouldBeFalse();
        sockets.UseCookies.ShouldBeFalse();
        sockets.AllowAutoRedirect.ShouldBeFalse();
        sockets.PreAuthenticate.ShouldBeFalse();
        sockets.AutomaticDecompression.ShouldBe(DecompressionMethods.None);
        sockets.SslOptions.RemoteCertificateValidationCallback.ShouldNotBeNull()(this, Pki.Server.Certificate, null, System.Net.Security.SslPolicyErrors.None).ShouldBeFalse();
    }

    [Fact]
    public async Task A_version_that_would_go_round_the_judge_is_not_spoken()
    {
        using HttpClient client = await _lab.StartAsync();
        await using BadServer server = BadServer.Start(Pki.Server);
        using var request = new HttpRequestMessage(HttpMethod.Get, server.Address()) { Version = HttpVersion.Version30, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        using HttpResponseMessage answer = await client.SendAsync(request, Token);
        answer.Version.ShouldBe(HttpVersion.Version11);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Both_versions_of_http_are_spoken_with_a_real_kestrel(int major)
    {
        using var edge = new EdgeTrust();
        await using EdgeHost host = await EdgeHost.StartAsync(edge, static context => context.Response.WriteAsync(context.Request.Protocol));
        await using var lab = new ClientLab(edge.Pki);
        using HttpClient client = await lab.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, host.Address) { Version = new Version(major, major == 1 ? 1 : 0), VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        using HttpResponseMessage answer = await client.SendAsync(request, Token);
        (await answer.Content.ReadAsStringAsync(Token)).ShouldBe(major == 1 ? "HTTP/1.1" : "HTTP/2");
    }

    [Fact]
    public async Task New_connections_show_the_new_certificate_and_half_a_new_one_changes_nothing()
    {
        using HttpClient client = await _lab.StartAsync(o => o.MaxConnectionLifetime = TimeSpan.FromSeconds(1));
        await using BadServer first = BadServer.Start(Pki.Server);
        await client.GetStringAsync(first.Address(), Token);

        await File.WriteAllTextAsync(_lab.Certificate, Pki.Bob.Forged.ExportChainPem(), Token);
        _lab.LookTwice();
        await using BadServer second = BadServer.Start(Pki.Server);
        await client.GetStringAsync(second.Address(), Token);

        await File.WriteAllTextAsync(_lab.Key, Pki.Bob.Forged.ExportKeyPem(), Token);
        _lab.LookTwice();
        await using BadServer third = BadServer.Start(Pki.Server);
        await client.GetStringAsync(third.Address(), Token);

        CertificateThumbprint alice = CertificateThumbprint.Of(Pki.Alice.Forged.Leaf.Span);
        CertificateThumbprint bob = CertificateThumbprint.Of(Pki.Bob.Forged.Leaf.Span);
        ((CertificateThumbprint?[])[.. first.Clients, .. second.Clients, .. third.Clients]).ShouldBe([alice, alice, bob]);
    }

    [Fact]
    public async Task What_is_cut_where_it_still_reads_is_not_taken_at_one_look()
    {
        using var other = new LabPki(TimeProvider.System);
        using HttpClient client = await _lab.StartAsync(WhenKnown);
        string both = await File.ReadAllTextAsync(_lab.Roots, Token) + await File.ReadAllTextAsync(other.ServerCa.CertificateFile, Token);
        await File.WriteAllTextAsync(_lab.Roots, await File.ReadAllTextAsync(other.ServerCa.CertificateFile, Token), Token);
        _lab.Known.Reload();
        await File.WriteAllTextAsync(_lab.Roots, both, Token);
        _lab.Known.Reload();
        await using BadServer server = BadServer.Start(Pki.Server);
        (await client.GetStringAsync(server.Address(), Token)).ShouldBe("served");
        await using BadServer next = BadServer.Start(other.Server);
        await RefusesAsync(client, next, "BadSignature", "localhost");
        _lab.Known.Reload();
        await using BadServer known = BadServer.Start(other.Server);
        (await client.GetStringAsync(known.Address(), Token)).ShouldBe("served");
    }

    [Fact]
    public async Task A_revocation_closes_the_open_connections_of_the_server_and_no_new_one_is_made()
    {
        using HttpClient client = await _lab.StartAsync();
        LabIdentity doomed = Pki.ServerFor("localhost");
        await using BadServer server = BadServer.Start(doomed);
        await using BadServer other = BadServer.Start(Pki.Server);
        await client.GetStringAsync(server.Address(), Token);
        await client.GetStringAsync(other.Address(), Token);
        _lab.Known.Connector.Live.ShouldBe(2);
        _lab.Revoke(doomed);
        _lab.LookTwice();
        _lab.Known.Connector.Live.ShouldBe(1);
        await RefusesAsync(client, server, "Revoked", "localhost", heardBefore: 1);
        (await client.GetStringAsync(other.Address(), Token)).ShouldBe("served");
    }

    [Fact]
    public async Task Half_a_file_of_roots_or_lists_changes_nothing()
    {
        using HttpClient client = await _lab.StartAsync();
        string roots = await File.ReadAllTextAsync(_lab.Roots, Token);
        foreach (string half in (string[])["", roots[..(roots.Length / 2)], roots + roots[..60], "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"])
        {
            await File.WriteAllTextAsync(_lab.Roots, half, Token);
            _lab.LookTwice();
            await using BadServer server = BadServer.Start(Pki.Server);
            (await client.GetStringAsync(server.Address(), Token)).ShouldBe("served");
        }

        File.Delete(_lab.Lists);
        _lab.LookTwice();
        await using BadServer last = BadServer.Start(Pki.Server);
        (await client.GetStringAsync(last.Address(), Token)).ShouldBe("served");
    }

    [Fact]
    public async Task Other_roots_are_trusted_from_the_next_look_on()
    {
        using var other = new LabPki(TimeProvider.System);
        using HttpClient client = await _lab.StartAsync(WhenKnown);
        await File.WriteAllTextAsync(_lab.Roots, await File.ReadAllTextAsync(other.ServerCa.CertificateFile, Token), Token);
        _lab.LookTwice();
        await using BadServer server = BadServer.Start(other.Server);
        (await client.GetStringAsync(server.Address(), Token)).ShouldBe("served");
        await using BadServer former = BadServer.Start(Pki.Server);
        await RefusesAsync(client, former, "BadSignature", "localhost");
    }

    [Fact]
    public async Task Everything_wrong_with_a_client_is_said_at_start()
    {
        var e = await Should.ThrowAsync<OptionsValidationException>(() => _lab.StartAsync(o =>
        {
            o.AddPemFile("nowhere.pem");
            o.Pin(Convert.ToBase64String(new byte[32]));
            o.KeyFile = null;
        }));
        e.Failures.Count().ShouldBe(3);
        await using var second = new ClientLab();
        e = await Should.ThrowAsync<OptionsValidationException>(() => second.StartAsync(static o =>
        {
            o.AnchorFiles.Clear();
            o.RevocationListFiles.Clear();
        }));
        e.Failures.Count().ShouldBe(2);
    }

    private static void WhenKnown(SallyportClientOptions options) => options.Revocation = new RevocationPolicy { Mode = RevocationMode.WhenKnown };

    /// <summary>A right server certificate below an intermediate.</summary>
    private static ForgedIdentity Below(CertificateAuthority intermediate) => intermediate.Issue(new CertificateSpec
    {
        Subject = Sallyport.Forge.DistinguishedName.CommonName("localhost"),
        NotBefore = TimeProvider.System.GetUtcNow().AddMinutes(-5),
        NotAfter = TimeProvider.System.GetUtcNow().AddDays(1),
        Key = ForgeKey.P256(),
        SubjectAltNames = [new Sallyport.Forge.GeneralName.Dns("localhost")],
        ExtendedKeyUsages = ["1.3.6.1.5.5.7.3.1"],
        KeyUsages = X509KeyUsageFlags.DigitalSignature,
        BasicConstraints = new Sallyport.Forge.BasicConstraints(IsAuthority: false),
    });

    private async Task RefusedAsync(BadServer server, string? why, Action? before = null, Action<SallyportClientOptions>? options = null, string host = "localhost")
    {
        await using (server)
        {
            using HttpClient client = await _lab.StartAsync(options);
            if (before is not null)
            {
                before();
                _lab.LookTwice();
            }

            await RefusesAsync(client, server, why, host);
        }
    }

    private static async Task RefusesAsync(HttpClient client, BadServer server, string? why, string host, int heardBefore = 0)
    {
        using var content = new StringContent("a secret");
        var e = await Should.ThrowAsync<HttpRequestException>(() => client.PostAsync(server.Address(host), content, Token).WaitAsync(_ceiling));
        string text = e.ToString();
        if (why is not null)
        {
            text.ShouldContain(why);
        }

        // Not a word was said to it.
        server.Heard.Count.ShouldBe(heardBefore);
    }
}

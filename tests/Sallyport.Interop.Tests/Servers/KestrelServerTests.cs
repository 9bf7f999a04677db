using System.Security.Authentication;
using System.Threading.Tasks;
using Sallyport.Lab.Servers;

namespace Sallyport.Interop.Tests.Servers;

public sealed class KestrelServerTests(LabServers servers)
{
    private readonly PlainClient _client = new(servers.Pki.ServerCa);

    [Fact]
    public async Task Off_serves_everyone()
    {
        var kestrel = await servers.KestrelAsync();
        (await _client.GetAsync(kestrel.Off, "/profiles/alice")).Text.ShouldContain(LabApi.Mark("alice"));
        (await _client.GetAsync(kestrel.Off, "/nothing")).Status.ShouldBe(404);
    }

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task Require_serves_the_owner_and_closes_on_everyone_else(SslProtocols version)
    {
        var kestrel = await servers.KestrelAsync();
        (await _client.GetAsync(kestrel.Require, "/profiles/alice", servers.Pki.Alice, protocols: version))
            .Text.ShouldContain(LabApi.Mark("alice"));
        (await _client.GetAsync(kestrel.Require, "/profiles/alice", servers.Pki.Bob, protocols: version)).Status.ShouldBe(403);
        (await _client.GetAsync(kestrel.Require, "/profiles/alice", servers.Pki.Rogue, protocols: version)).Status.ShouldBe(0);
        (await _client.GetAsync(kestrel.Require, "/profiles/alice", protocols: version)).Status.ShouldBe(0);
    }

    [Fact]
    public async Task Allow_serves_those_without_a_certificate()
    {
        var kestrel = await servers.KestrelAsync();
        (await _client.GetAsync(kestrel.Allow, "/profiles/alice")).Status.ShouldBe(200);
        (await _client.GetAsync(kestrel.Allow, "/profiles/alice", servers.Pki.Alice)).Status.ShouldBe(200);
        (await _client.GetAsync(kestrel.Allow, "/profiles/alice", servers.Pki.Bob)).Status.ShouldBe(403);
        (await _client.GetAsync(kestrel.Allow, "/profiles/alice", servers.Pki.Rogue)).Status.ShouldBe(0);
    }

    [Theory]
    [InlineData(SslProtocols.Tls12, 403)]
    [InlineData(SslProtocols.Tls13, 500)]
    public async Task Delay_asks_later_those_who_can_be_asked(SslProtocols version, int withoutCertificate)
    {
        var kestrel = await servers.KestrelAsync();
        (await _client.GetAsync(kestrel.Delay, "/public", protocols: version)).Status.ShouldBe(200);
        (await _client.GetAsync(kestrel.Delay, "/profiles/alice", servers.Pki.Alice, protocols: version)).Status.ShouldBe(200);
        (await _client.GetAsync(kestrel.Delay, "/profiles/alice", protocols: version)).Status.ShouldBe(withoutCertificate);
    }

    [Fact]
    public async Task Delay_answers_500_to_a_TLS_13_client_that_offers_no_post_handshake_authentication()
    {
        Installed.Need("openssl");
        var kestrel = await servers.KestrelAsync();
        var said = await Tool.RunAsync(
            "openssl",
            ["s_client", "-connect", $"127.0.0.1:{kestrel.Delay.Port}", "-servername", "localhost", "-tls1_3", "-quiet", "-ign_eof"],
            "GET /profiles/alice HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        said.ShouldContain("HTTP/1.1 500");
    }

    [Fact]
    public async Task Each_name_trusts_its_own_CA_and_a_foreign_Host_gets_through()
    {
        var kestrel = await servers.KestrelAsync();
        (await _client.GetAsync(kestrel.PublicName, "/shared", servers.Pki.Other)).Text.ShouldContain(LabApi.Mark(LabApi.PublicHost));
        (await _client.GetAsync(kestrel.SecretName, "/shared", servers.Pki.Other)).Status.ShouldBe(0);
        (await _client.GetAsync(kestrel.SecretName, "/shared", servers.Pki.Alice)).Text.ShouldContain(LabApi.Mark(LabApi.SecretHost));
        (await _client.GetAsync(kestrel.PublicName, "/shared", servers.Pki.Other, host: LabApi.SecretHost))
            .Text.ShouldContain(LabApi.Mark(LabApi.SecretHost));
    }
}

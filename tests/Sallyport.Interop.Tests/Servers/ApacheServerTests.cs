using System.Security.Authentication;
using System.Threading.Tasks;
using Sallyport.Lab.Servers;

namespace Sallyport.Interop.Tests.Servers;

public sealed class ApacheServerTests(LabServers servers)
{
    private readonly PlainClient _client = new(servers.Pki.ServerCa);

    [Fact]
    public async Task None_serves_everyone()
    {
        var apache = await servers.ApacheOrSkipAsync();
        (await _client.GetAsync(apache.None, "/profiles/alice")).Text.ShouldContain(LabApi.Mark("alice"));
        (await _client.GetAsync(apache.None, "/nothing")).Status.ShouldBe(404);
    }

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task Require_serves_the_owner_and_refuses_everyone_else(SslProtocols version)
    {
        var apache = await servers.ApacheOrSkipAsync();
        (await _client.GetAsync(apache.Required, "/profiles/alice", servers.Pki.Alice, protocols: version))
            .Text.ShouldContain(LabApi.Mark("alice"));
        (await _client.GetAsync(apache.Required, "/profiles/alice", servers.Pki.Root, protocols: version)).Status.ShouldBe(200);
        (await _client.GetAsync(apache.Required, "/profiles/alice", servers.Pki.Bob, protocols: version)).Status.ShouldBe(403);
        (await _client.GetAsync(apache.Required, "/profiles/alice", servers.Pki.Rogue, protocols: version)).Status.ShouldBe(0);
        (await _client.GetAsync(apache.Required, "/profiles/alice", protocols: version)).Status.ShouldBe(0);
        (await _client.GetAsync(apache.Required, "/whoami", servers.Pki.Alice, protocols: version)).Text.ShouldContain("CN=alice");
    }

    [Fact]
    public async Task Only_the_site_with_a_CRL_refuses_the_revoked_certificate()
    {
        var apache = await servers.ApacheOrSkipAsync();
        (await _client.GetAsync(apache.Required, "/profiles/alice", servers.Pki.Revoked)).Status.ShouldBe(200);
        (await _client.GetAsync(apache.RequiredWithCrl, "/profiles/alice", servers.Pki.Revoked)).Status.ShouldBe(0);
        (await _client.GetAsync(apache.RequiredWithCrl, "/profiles/alice", servers.Pki.Alice)).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Optional_serves_those_without_a_certificate()
    {
        var apache = await servers.ApacheOrSkipAsync();
        (await _client.GetAsync(apache.Optional, "/profiles/alice")).Status.ShouldBe(200);
        (await _client.GetAsync(apache.Optional, "/profiles/alice", servers.Pki.Alice)).Status.ShouldBe(200);
        (await _client.GetAsync(apache.Optional, "/profiles/alice", servers.Pki.Bob)).Status.ShouldBe(403);
        (await _client.GetAsync(apache.Optional, "/profiles/alice", servers.Pki.Rogue)).Status.ShouldBe(0);
    }

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task Per_location_asks_after_the_request(SslProtocols version)
    {
        var apache = await servers.ApacheOrSkipAsync();
        (await _client.GetAsync(apache.PerLocation, "/public", protocols: version)).Status.ShouldBe(200);
        (await _client.GetAsync(apache.PerLocation, "/profiles/alice", servers.Pki.Alice, protocols: version))
            .Text.ShouldContain(LabApi.Mark("alice"));
        (await _client.GetAsync(apache.PerLocation, "/profiles/alice", servers.Pki.Rogue, protocols: version)).Status.ShouldNotBe(200);
        (await _client.GetAsync(apache.PerLocation, "/profiles/alice", protocols: version)).Status.ShouldNotBe(200);
    }

    [Fact]
    public async Task Each_name_trusts_its_own_CA_and_a_foreign_Host_is_misdirected()
    {
        var apache = await servers.ApacheOrSkipAsync();
        (await _client.GetAsync(apache.PublicName, "/shared", servers.Pki.Other)).Text.ShouldContain(LabApi.Mark(LabApi.PublicHost));
        (await _client.GetAsync(apache.SecretName, "/shared", servers.Pki.Other)).Status.ShouldBe(0);
        (await _client.GetAsync(apache.SecretName, "/shared", servers.Pki.Alice)).Text.ShouldContain(LabApi.Mark(LabApi.SecretHost));
        (await _client.GetAsync(apache.PublicName, "/shared", servers.Pki.Other, host: LabApi.SecretHost)).Status.ShouldBe(421);
    }
}

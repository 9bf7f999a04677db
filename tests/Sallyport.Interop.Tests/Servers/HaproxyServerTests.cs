using System.Security.Authentication;
using System.Threading.Tasks;
using Sallyport.Lab.Servers;

namespace Sallyport.Interop.Tests.Servers;

public sealed class HaproxyServerTests(LabServers servers)
{
    private readonly PlainClient _client = new(servers.Pki.ServerCa);

    [Fact]
    public async Task None_serves_everyone()
    {
        var haproxy = await servers.HaproxyOrSkipAsync();
        (await _client.GetAsync(haproxy.None, "/profiles/alice")).Text.ShouldContain(LabApi.Mark("alice"));
        (await _client.GetAsync(haproxy.None, "/nothing")).Status.ShouldBe(404);
    }

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task Required_serves_the_owner_and_refuses_everyone_else(SslProtocols version)
    {
        var haproxy = await servers.HaproxyOrSkipAsync();
        (await _client.GetAsync(haproxy.Required, "/profiles/alice", servers.Pki.Alice, protocols: version))
            .Text.ShouldContain(LabApi.Mark("alice"));
        (await _client.GetAsync(haproxy.Required, "/profiles/alice", servers.Pki.Root, protocols: version)).Status.ShouldBe(200);
        (await _client.GetAsync(haproxy.Required, "/profiles/alice", servers.Pki.Bob, protocols: version)).Status.ShouldBe(403);
        (await _client.GetAsync(haproxy.Required, "/profiles/alice", servers.Pki.Rogue, protocols: version)).Status.ShouldBe(0);
        (await _client.GetAsync(haproxy.Required, "/profiles/alice", protocols: version)).Status.ShouldBe(0);
        (await _client.GetAsync(haproxy.Required, "/whoami", servers.Pki.Alice, protocols: version)).Text.ShouldContain("CN=alice");
    }

    [Fact]
    public async Task Only_the_site_with_a_CRL_refuses_the_revoked_certificate()
    {
        var haproxy = await servers.HaproxyOrSkipAsync();
        (await _client.GetAsync(haproxy.Required, "/profiles/alice", servers.Pki.Revoked)).Status.ShouldBe(200);
        (await _client.GetAsync(haproxy.RequiredWithCrl, "/profiles/alice", servers.Pki.Revoked)).Status.ShouldBe(0);
        (await _client.GetAsync(haproxy.RequiredWithCrl, "/profiles/alice", servers.Pki.Alice)).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Optional_serves_those_without_a_certificate()
    {
        var haproxy = await servers.HaproxyOrSkipAsync();
        (await _client.GetAsync(haproxy.Optional, "/profiles/alice")).Status.ShouldBe(200);
        (await _client.GetAsync(haproxy.Optional, "/profiles/alice", servers.Pki.Alice)).Status.ShouldBe(200);
        (await _client.GetAsync(haproxy.Optional, "/profiles/alice", servers.Pki.Bob)).Status.ShouldBe(403);
        (await _client.GetAsync(haproxy.Optional, "/profiles/alice", servers.Pki.Rogue)).Status.ShouldBe(0);
    }

    [Fact]
    public async Task Each_name_trusts_its_own_CA_and_a_foreign_Host_gets_through()
    {
        var haproxy = await servers.HaproxyOrSkipAsync();
        (await _client.GetAsync(haproxy.PublicName, "/shared", servers.Pki.Other)).Text.ShouldContain(LabApi.Mark(LabApi.PublicHost));
        (await _client.GetAsync(haproxy.SecretName, "/shared", servers.Pki.Other)).Status.ShouldBe(0);
        (await _client.GetAsync(haproxy.SecretName, "/shared", servers.Pki.Alice)).Text.ShouldContain(LabApi.Mark(LabApi.SecretHost));
        (await _client.GetAsync(haproxy.PublicName, "/shared", servers.Pki.Other, host: LabApi.SecretHost))
            .Text.ShouldContain(LabApi.Mark(LabApi.SecretHost));
    }
}

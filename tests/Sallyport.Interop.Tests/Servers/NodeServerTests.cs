using System.Security.Authentication;
using System.Threading.Tasks;
using Sallyport.Lab.Servers;

namespace Sallyport.Interop.Tests.Servers;

public sealed class NodeServerTests(LabServers servers)
{
    private readonly PlainClient _client = new(servers.Pki.ServerCa);

    [Fact]
    public async Task Off_serves_everyone()
    {
        var node = await servers.NodeOrSkipAsync();
        (await _client.GetAsync(node.Off, "/profiles/alice")).Text.ShouldContain(LabApi.Mark("alice"));
        (await _client.GetAsync(node.Off, "/nothing")).Status.ShouldBe(404);
        (await _client.GetAsync(node.Off, "/constructor")).Status.ShouldBe(404);
    }

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task Right_serves_the_owner_and_refuses_everyone_else(SslProtocols version)
    {
        var node = await servers.NodeOrSkipAsync();
        (await _client.GetAsync(node.Right, "/profiles/alice", servers.Pki.Alice, protocols: version))
            .Text.ShouldContain(LabApi.Mark("alice"));
        (await _client.GetAsync(node.Right, "/profiles/alice", servers.Pki.Root, protocols: version)).Status.ShouldBe(200);
        (await _client.GetAsync(node.Right, "/profiles/alice", servers.Pki.Bob, protocols: version)).Status.ShouldBe(403);
        (await _client.GetAsync(node.Right, "/profiles/alice", servers.Pki.Rogue, protocols: version)).Status.ShouldBe(0);
        (await _client.GetAsync(node.Right, "/profiles/alice", protocols: version)).Status.ShouldBe(0);
    }

    [Fact]
    public async Task Wrong_believes_a_rogue_alice()
    {
        var node = await servers.NodeOrSkipAsync();
        (await _client.GetAsync(node.Wrong, "/profiles/alice", servers.Pki.Rogue)).Text.ShouldContain(LabApi.Mark("alice"));
        (await _client.GetAsync(node.Wrong, "/profiles/alice")).Status.ShouldBe(403);
    }

    [Fact]
    public async Task Optional_serves_those_without_a_certificate()
    {
        var node = await servers.NodeOrSkipAsync();
        (await _client.GetAsync(node.Optional, "/profiles/alice")).Status.ShouldBe(200);
        (await _client.GetAsync(node.Optional, "/profiles/alice", servers.Pki.Alice)).Status.ShouldBe(200);
        (await _client.GetAsync(node.Optional, "/profiles/alice", servers.Pki.Bob)).Status.ShouldBe(403);
        (await _client.GetAsync(node.Optional, "/profiles/alice", servers.Pki.Rogue)).Status.ShouldBe(403);
    }

    [Fact]
    public async Task Each_name_trusts_its_own_CA_and_a_foreign_Host_gets_through()
    {
        var node = await servers.NodeOrSkipAsync();
        (await _client.GetAsync(node.PublicName, "/shared", servers.Pki.Other)).Text.ShouldContain(LabApi.Mark(LabApi.PublicHost));
        (await _client.GetAsync(node.SecretName, "/shared", servers.Pki.Other)).Status.ShouldBe(0);
        (await _client.GetAsync(node.SecretName, "/shared", servers.Pki.Alice)).Text.ShouldContain(LabApi.Mark(LabApi.SecretHost));
        (await _client.GetAsync(node.PublicName, "/shared", servers.Pki.Other, host: LabApi.SecretHost))
            .Text.ShouldContain(LabApi.Mark(LabApi.SecretHost));
    }
}

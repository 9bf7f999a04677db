using System.Security.Authentication;
using System.Threading.Tasks;
using Sallyport.Lab.Servers;

namespace Sallyport.Interop.Tests.Servers;

public sealed class NginxServerTests(LabServers servers)
{
    private readonly PlainClient _client = new(servers.Pki.ServerCa);

    [Fact]
    public async Task Off_serves_everyone()
    {
        var nginx = await servers.NginxOrSkipAsync();
        (await _client.GetAsync(nginx.Off, "/profiles/alice")).Text.ShouldContain(LabApi.Mark("alice"));
        (await _client.GetAsync(nginx.Off, "/nothing")).Status.ShouldBe(404);
    }

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task On_serves_the_owner_and_refuses_everyone_else_with_an_answer(SslProtocols version)
    {
        var nginx = await servers.NginxOrSkipAsync();
        (await _client.GetAsync(nginx.Required, "/profiles/alice", servers.Pki.Alice, protocols: version))
            .Text.ShouldContain(LabApi.Mark("alice"));
        (await _client.GetAsync(nginx.Required, "/profiles/alice", servers.Pki.Root, protocols: version)).Status.ShouldBe(200);
        (await _client.GetAsync(nginx.Required, "/profiles/alice", servers.Pki.Bob, protocols: version)).Status.ShouldBe(403);
        (await _client.GetAsync(nginx.Required, "/profiles/alice", servers.Pki.Rogue, protocols: version)).Status.ShouldBe(400);
        (await _client.GetAsync(nginx.Required, "/profiles/alice", protocols: version)).Status.ShouldBe(400);
        (await _client.GetAsync(nginx.Required, "/whoami", servers.Pki.Alice, protocols: version)).Text.ShouldContain("CN=alice");
    }

    [Fact]
    public async Task Only_the_site_with_a_CRL_refuses_the_revoked_certificate()
    {
        var nginx = await servers.NginxOrSkipAsync();
        (await _client.GetAsync(nginx.Required, "/profiles/alice", servers.Pki.Revoked)).Status.ShouldBe(200);
        (await _client.GetAsync(nginx.RequiredWithCrl, "/profiles/alice", servers.Pki.Revoked)).Status.ShouldBe(400);
        (await _client.GetAsync(nginx.RequiredWithCrl, "/profiles/alice", servers.Pki.Alice)).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Optional_serves_those_without_a_certificate_unless_it_checks()
    {
        var nginx = await servers.NginxOrSkipAsync();
        (await _client.GetAsync(nginx.Optional, "/profiles/alice")).Status.ShouldBe(200);
        (await _client.GetAsync(nginx.Optional, "/profiles/alice", servers.Pki.Alice)).Status.ShouldBe(200);
        (await _client.GetAsync(nginx.Optional, "/profiles/alice", servers.Pki.Bob)).Status.ShouldBe(403);
        (await _client.GetAsync(nginx.Optional, "/profiles/alice", servers.Pki.Rogue)).Status.ShouldBe(400);
        (await _client.GetAsync(nginx.OptionalChecked, "/profiles/alice")).Status.ShouldBe(403);
        (await _client.GetAsync(nginx.OptionalChecked, "/profiles/alice", servers.Pki.Alice)).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Optional_without_a_CA_believes_a_rogue_alice_unless_it_checks()
    {
        var nginx = await servers.NginxOrSkipAsync();
        (await _client.GetAsync(nginx.OptionalNoCaUnchecked, "/profiles/alice", servers.Pki.Rogue)).Status.ShouldBe(200);
        (await _client.GetAsync(nginx.OptionalNoCaUnchecked, "/profiles/alice")).Status.ShouldBe(401);
        (await _client.GetAsync(nginx.OptionalNoCaChecked, "/profiles/alice", servers.Pki.Rogue)).Status.ShouldBe(403);
        (await _client.GetAsync(nginx.OptionalNoCaChecked, "/profiles/alice", servers.Pki.Alice)).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Each_name_trusts_its_own_CA_and_a_foreign_Host_is_misdirected()
    {
        var nginx = await servers.NginxOrSkipAsync();
        (await _client.GetAsync(nginx.PublicName, "/shared", servers.Pki.Other)).Text.ShouldContain(LabApi.Mark(LabApi.PublicHost));
        (await _client.GetAsync(nginx.SecretName, "/shared", servers.Pki.Other)).Status.ShouldBe(400);
        (await _client.GetAsync(nginx.SecretName, "/shared", servers.Pki.Alice)).Text.ShouldContain(LabApi.Mark(LabApi.SecretHost));
        (await _client.GetAsync(nginx.PublicName, "/shared", servers.Pki.Other, host: LabApi.SecretHost)).Status.ShouldBe(421);
    }

    [Fact]
    public async Task The_if_gap_checks_profiles_and_forgets_reports()
    {
        var nginx = await servers.NginxOrSkipAsync();
        (await _client.GetAsync(nginx.IfGap, "/profiles/alice")).Status.ShouldBe(403);
        (await _client.GetAsync(nginx.IfGap, "/reports/alice")).Text.ShouldContain(LabApi.Mark("alice"));
    }

    [Theory]
    [InlineData("-tls1", "ECDHE-ECDSA-AES128-SHA")]
    [InlineData("-tls1_1", "ECDHE-ECDSA-AES128-SHA")]
    [InlineData("-tls1_2", "ECDHE-ECDSA-NULL-SHA")]
    public async Task Legacy_speaks_old_versions_and_NULL(string version, string suite)
    {
        var nginx = await servers.NginxOrSkipAsync();
        var said = await Tool.RunAsync(
            "openssl",
            ["s_client", "-connect", $"127.0.0.1:{nginx.Legacy.Port}", version, "-cipher", suite + ":@SECLEVEL=0"]);
        said.ShouldContain($"Cipher is {suite}");
    }
}

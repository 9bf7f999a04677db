using System.Security.Authentication;
using System.Threading.Tasks;
using Sallyport.Lab.Servers;

namespace Sallyport.Interop.Tests.Servers;

public sealed class OpensslServerTests(LabServers servers)
{
    private readonly PlainClient _client = new(servers.Pki.ServerCa);

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task Only_the_checked_ones_refuse_a_rogue_and_only_the_demanding_ones_refuse_none(SslProtocols version)
    {
        var openssl = await servers.OpensslOrSkipAsync();
        foreach (var (endpoint, withoutOne, withRogue) in new[]
        {
            (openssl.Off, 200, 200),
            (openssl.Asked, 200, 200),
            (openssl.AskedAndChecked, 200, 0),
            (openssl.Demanded, 0, 200),
            (openssl.DemandedAndChecked, 0, 0),
        })
        {
            (await _client.GetAsync(endpoint, "/profiles/alice", protocols: version)).Status.ShouldBe(withoutOne, endpoint.Site);
            (await _client.GetAsync(endpoint, "/profiles/alice", servers.Pki.Rogue, protocols: version))
                .Status.ShouldBe(withRogue, endpoint.Site);
            (await _client.GetAsync(endpoint, "/profiles/alice", servers.Pki.Alice, protocols: version))
                .Text.ShouldContain(LabApi.Mark("alice"), customMessage: endpoint.Site);
        }
    }
}

using System;
using System.Threading.Tasks;
using Sallyport.Interop.Tests.Servers;
using Sallyport.Lab.Servers;
using Sallyport.Scan.Reports;

namespace Sallyport.Interop.Tests.Table;

/// <summary>What the whole default scan says of each way in which Node asks for client certificates: exactly this, and why it is true.</summary>
/// <remarks>
/// MTLS-107: OpenSSL takes an absent extended key usage for any. MTLS-111: no site has a crl. MTLS-114: Node lowers the security level of
/// OpenSSL to 1, at which a key of 1024 bits passes. MTLS-122: the account is the common name, whatever the alternative names say.
/// Two names: Node binds neither tickets nor Host to the name of the handshake, and an unknown name gets the first policy.
/// </remarks>
public sealed class NodeTableTests(LabServers servers)
{
    [Theory]
    [InlineData(nameof(NodeServer.Off), ClientAuthentication.NotRequested, null, "MTLS-002 critical", "TLS-003/cbc-sha1 low", "TLS-003/ccm8 low")]
    [InlineData(nameof(NodeServer.Optional), ClientAuthentication.Optional, null, "MTLS-002 critical", "MTLS-107 low", "MTLS-111 high", "MTLS-114/rsa-1024 medium", "MTLS-122/cn-only critical", "TLS-003/cbc-sha1 low", "TLS-003/ccm8 low")]
    [InlineData(nameof(NodeServer.Right), ClientAuthentication.Required, EnforcementPoint.Alert, "MTLS-107 low", "MTLS-111 high", "MTLS-114/rsa-1024 medium", "MTLS-122/cn-only critical", "TLS-003/cbc-sha1 low", "TLS-003/ccm8 low")]
    [InlineData(nameof(NodeServer.Wrong), ClientAuthentication.Required, EnforcementPoint.Http, "MTLS-101 critical", "TLS-003/cbc-sha1 low", "TLS-003/ccm8 low")]
    public async Task The_default_scan_of_node_finds_exactly(string site, ClientAuthentication asked, EnforcementPoint? enforcedAt, params string[] findings)
    {
        NodeServer server = await servers.NodeOrSkipAsync();
        LabEndpoint place = site switch
        {
            nameof(NodeServer.Off) => server.Off,
            nameof(NodeServer.Optional) => server.Optional,
            nameof(NodeServer.Right) => server.Right,
            nameof(NodeServer.Wrong) => server.Wrong,
            _ => throw new ArgumentOutOfRangeException(nameof(site)),
        };
        (await DefaultScan.OfAsync(servers.Pki, place)).ShouldBe(asked, enforcedAt, findings);
    }

    [Theory]
    [InlineData(true, "MTLS-107 low", "MTLS-111 high", "MTLS-114/rsa-1024 medium", "MTLS-201 critical", "MTLS-211 critical", "MTLS-211 critical", "MTLS-212 high", "MTLS-213 high", "MTLS-302 critical", "TLS-003/cbc-sha1 low", "TLS-003/ccm8 low")]
    [InlineData(false, "MTLS-107 low", "MTLS-114/rsa-1024 medium", "MTLS-201 critical", "MTLS-211 critical", "MTLS-211 critical", "MTLS-302 critical", "TLS-003/cbc-sha1 low", "TLS-003/ccm8 low")]
    public async Task The_default_scan_of_two_names_finds_exactly(bool secret, params string[] findings)
    {
        NodeServer server = await servers.NodeOrSkipAsync();
        DefaultScan scan = secret
            ? await DefaultScan.OfAsync(servers.Pki, server.SecretName, LabApi.PublicHost)
            : await DefaultScan.OfAsync(servers.Pki, server.PublicName, LabApi.SecretHost);
        scan.ShouldBe(ClientAuthentication.Required, EnforcementPoint.Alert, findings);
    }
}

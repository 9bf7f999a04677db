using System;
using System.Threading.Tasks;
using Sallyport.Interop.Tests.Servers;
using Sallyport.Lab.Servers;
using Sallyport.Scan.Reports;

namespace Sallyport.Interop.Tests.Table;

/// <summary>What the whole default scan says of each way in which Haproxy asks for client certificates: exactly this, and why it is true.</summary>
/// <remarks>
/// MTLS-107: OpenSSL takes an absent extended key usage for any. MTLS-111: only a bind with crl-file knows of revocations. MTLS-122:
/// <c>ssl_c_s_dn(cn)</c> is the first of several common names, and alternative names are not looked at.
/// Two names: HAProxy compares neither Host nor ticket with the name of the handshake, and an unknown name gets the first policy.
/// </remarks>
public sealed class HaproxyTableTests(LabServers servers)
{
    [Theory]
    [InlineData(nameof(HaproxyServer.None), ClientAuthentication.NotRequested, null, "MTLS-002 critical", "TLS-003/cbc-sha1 low", "TLS-017 low")]
    [InlineData(nameof(HaproxyServer.Optional), ClientAuthentication.Optional, null, "MTLS-002 critical", "MTLS-107 low", "MTLS-111 high", "MTLS-122/cn-first critical", "TLS-003/cbc-sha1 low", "TLS-017 low")]
    [InlineData(nameof(HaproxyServer.Required), ClientAuthentication.Required, EnforcementPoint.Alert, "MTLS-107 low", "MTLS-111 high", "MTLS-122/cn-first critical", "TLS-003/cbc-sha1 low", "TLS-017 low")]
    [InlineData(nameof(HaproxyServer.RequiredWithCrl), ClientAuthentication.Required, EnforcementPoint.Alert, "MTLS-107 low", "MTLS-122/cn-first critical", "TLS-003/cbc-sha1 low", "TLS-017 low")]
    public async Task The_default_scan_of_haproxy_finds_exactly(string site, ClientAuthentication asked, EnforcementPoint? enforcedAt, params string[] findings)
    {
        HaproxyServer server = await servers.HaproxyOrSkipAsync();
        LabEndpoint place = site switch
        {
            nameof(HaproxyServer.None) => server.None,
            nameof(HaproxyServer.Optional) => server.Optional,
            nameof(HaproxyServer.Required) => server.Required,
            nameof(HaproxyServer.RequiredWithCrl) => server.RequiredWithCrl,
            _ => throw new ArgumentOutOfRangeException(nameof(site)),
        };
        (await DefaultScan.OfAsync(servers.Pki, place)).ShouldBe(asked, enforcedAt, findings);
    }

    [Theory]
    [InlineData(true, "MTLS-107 low", "MTLS-111 high", "MTLS-201 critical", "MTLS-211 critical", "MTLS-211 critical", "MTLS-212 high", "MTLS-213 high", "MTLS-302 critical", "TLS-003/cbc-sha1 low", "TLS-017 low")]
    [InlineData(false, "MTLS-107 low", "MTLS-201 critical", "MTLS-211 critical", "MTLS-211 critical", "MTLS-302 critical", "TLS-003/cbc-sha1 low", "TLS-017 low")]
    public async Task The_default_scan_of_two_names_finds_exactly(bool secret, params string[] findings)
    {
        HaproxyServer server = await servers.HaproxyOrSkipAsync();
        DefaultScan scan = secret
            ? await DefaultScan.OfAsync(servers.Pki, server.SecretName, LabApi.PublicHost)
            : await DefaultScan.OfAsync(servers.Pki, server.PublicName, LabApi.SecretHost);
        scan.ShouldBe(ClientAuthentication.Required, EnforcementPoint.Alert, findings);
    }
}

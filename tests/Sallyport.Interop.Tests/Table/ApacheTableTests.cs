using System;
using System.Threading.Tasks;
using Sallyport.Interop.Tests.Servers;
using Sallyport.Lab.Servers;
using Sallyport.Scan.Reports;

namespace Sallyport.Interop.Tests.Table;

/// <summary>What the whole default scan says of each way in which Apache asks for client certificates: exactly this, and why it is true.</summary>
/// <remarks>
/// MTLS-107: OpenSSL takes an absent extended key usage for any. MTLS-111: only a site with SSLCARevocationCheck knows of revocations.
/// MTLS-122: <c>SSL_CLIENT_S_DN_CN</c> is the first of several common names. Per location, a client that answers the late question
/// with an empty certificate is refused by alert; one that cannot be asked gets 403 (MTLS-005).
/// </remarks>
public sealed class ApacheTableTests(LabServers servers)
{
    [Theory]
    [InlineData(nameof(ApacheServer.None), ClientAuthentication.NotRequested, null, "MTLS-002 critical", "TLS-003/cbc-sha1 low", "TLS-017 low")]
    [InlineData(nameof(ApacheServer.Optional), ClientAuthentication.Optional, null, "MTLS-002 critical", "MTLS-107 low", "MTLS-111 high", "MTLS-122/cn-first critical", "TLS-003/cbc-sha1 low", "TLS-017 low")]
    [InlineData(nameof(ApacheServer.Required), ClientAuthentication.Required, EnforcementPoint.Alert, "MTLS-107 low", "MTLS-111 high", "MTLS-122/cn-first critical", "TLS-003/cbc-sha1 low", "TLS-017 low")]
    [InlineData(nameof(ApacheServer.RequiredWithCrl), ClientAuthentication.Required, EnforcementPoint.Alert, "MTLS-107 low", "MTLS-122/cn-first critical", "TLS-003/cbc-sha1 low", "TLS-017 low")]
    [InlineData(nameof(ApacheServer.PerLocation), ClientAuthentication.Required, EnforcementPoint.Alert, "MTLS-005 low", "MTLS-107 low", "MTLS-111 high", "MTLS-122/cn-first critical", "TLS-003/cbc-sha1 low", "TLS-017 low")]
    public async Task The_default_scan_of_apache_finds_exactly(string site, ClientAuthentication asked, EnforcementPoint? enforcedAt, params string[] findings)
    {
        ApacheServer server = await servers.ApacheOrSkipAsync();
        LabEndpoint place = site switch
        {
            nameof(ApacheServer.None) => server.None,
            nameof(ApacheServer.Optional) => server.Optional,
            nameof(ApacheServer.Required) => server.Required,
            nameof(ApacheServer.RequiredWithCrl) => server.RequiredWithCrl,
            nameof(ApacheServer.PerLocation) => server.PerLocation,
            _ => throw new ArgumentOutOfRangeException(nameof(site)),
        };
        (await DefaultScan.OfAsync(servers.Pki, place)).ShouldBe(asked, enforcedAt, findings);
    }

    [Theory]
    [InlineData(true, "MTLS-107 low", "MTLS-111 high", "MTLS-302 critical", "TLS-003/cbc-sha1 low", "TLS-017 low")]
    [InlineData(false, "MTLS-107 low", "MTLS-302 critical", "TLS-003/cbc-sha1 low", "TLS-017 low")]
    public async Task The_default_scan_of_two_names_finds_exactly(bool secret, params string[] findings)
    {
        ApacheServer server = await servers.ApacheOrSkipAsync();
        DefaultScan scan = secret
            ? await DefaultScan.OfAsync(servers.Pki, server.SecretName, LabApi.PublicHost)
            : await DefaultScan.OfAsync(servers.Pki, server.PublicName, LabApi.SecretHost);
        scan.ShouldBe(ClientAuthentication.Required, EnforcementPoint.Alert, findings);
    }
}

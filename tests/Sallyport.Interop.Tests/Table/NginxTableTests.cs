using System;
using System.Threading.Tasks;
using Sallyport.Interop.Tests.Servers;
using Sallyport.Lab.Servers;
using Sallyport.Scan.Reports;

namespace Sallyport.Interop.Tests.Table;

/// <summary>What the whole default scan says of each way in which Nginx asks for client certificates: exactly this, and why it is true.</summary>
/// <remarks>
/// MTLS-107: OpenSSL takes an absent extended key usage for any. MTLS-111: only a site with ssl_crl knows of revocations. MTLS-122: the
/// account is found by a regular expression over the printed subject, where <c>\,CN=alice</c> inside another name matches as well.
/// Two names: nginx refuses (421) what comes under a known other name, but a handshake without a known name is judged by the first site
/// alone and then served as whatever site the Host names: as localhost here, which no site is called.
/// </remarks>
public sealed class NginxTableTests(LabServers servers)
{
    [Theory]
    [InlineData(nameof(NginxServer.Off), ClientAuthentication.NotRequested, null, "MTLS-002 critical", "TLS-003/cbc-sha1 low", "TLS-003/ccm8 low")]
    [InlineData(nameof(NginxServer.Optional), ClientAuthentication.Optional, null, "MTLS-002 critical", "MTLS-107 low", "MTLS-111 high", "MTLS-122/cn-comma critical", "TLS-003/cbc-sha1 low", "TLS-003/ccm8 low")]
    [InlineData(nameof(NginxServer.OptionalChecked), ClientAuthentication.Required, EnforcementPoint.Http, "MTLS-107 low", "MTLS-111 high", "MTLS-122/cn-comma critical", "TLS-003/cbc-sha1 low", "TLS-003/ccm8 low")]
    [InlineData(nameof(NginxServer.OptionalNoCaChecked), ClientAuthentication.Required, EnforcementPoint.Http, "MTLS-107 low", "MTLS-111 high", "MTLS-122/cn-comma critical", "TLS-003/cbc-sha1 low", "TLS-003/ccm8 low")]
    [InlineData(nameof(NginxServer.OptionalNoCaUnchecked), ClientAuthentication.Required, EnforcementPoint.Http, "MTLS-101 critical", "TLS-003/cbc-sha1 low", "TLS-003/ccm8 low")]
    [InlineData(nameof(NginxServer.Required), ClientAuthentication.Required, EnforcementPoint.Http, "MTLS-107 low", "MTLS-111 high", "MTLS-122/cn-comma critical", "TLS-003/cbc-sha1 low", "TLS-003/ccm8 low")]
    [InlineData(nameof(NginxServer.RequiredWithCrl), ClientAuthentication.Required, EnforcementPoint.Http, "MTLS-107 low", "MTLS-122/cn-comma critical", "TLS-003/cbc-sha1 low", "TLS-003/ccm8 low")]
    [InlineData(nameof(NginxServer.Legacy), ClientAuthentication.Required, EnforcementPoint.Http, "MTLS-009 low", "MTLS-107 low", "MTLS-111 high", "MTLS-114/rsa-1024 medium", "MTLS-114/sha1 medium", "MTLS-122/cn-comma critical", "TLS-001/tls10 medium", "TLS-001/tls11 medium", "TLS-002/tls13 low", "TLS-003/anon critical", "TLS-003/cbc-sha1 low", "TLS-003/ccm8 low", "TLS-003/null critical", "TLS-006/sha1 low")]
    [InlineData(nameof(NginxServer.IfGap), ClientAuthentication.Required, EnforcementPoint.Http, "MTLS-107 low", "MTLS-111 high", "MTLS-122/cn-comma critical", "MTLS-301 critical", "TLS-003/cbc-sha1 low", "TLS-003/ccm8 low")]
    public async Task The_default_scan_of_nginx_finds_exactly(string site, ClientAuthentication asked, EnforcementPoint? enforcedAt, params string[] findings)
    {
        NginxServer server = await servers.NginxOrSkipAsync();
        LabEndpoint place = site switch
        {
            nameof(NginxServer.Off) => server.Off,
            nameof(NginxServer.Optional) => server.Optional,
            nameof(NginxServer.OptionalChecked) => server.OptionalChecked,
            nameof(NginxServer.OptionalNoCaChecked) => server.OptionalNoCaChecked,
            nameof(NginxServer.OptionalNoCaUnchecked) => server.OptionalNoCaUnchecked,
            nameof(NginxServer.Required) => server.Required,
            nameof(NginxServer.RequiredWithCrl) => server.RequiredWithCrl,
            nameof(NginxServer.Legacy) => server.Legacy,
            nameof(NginxServer.IfGap) => server.IfGap,
            _ => throw new ArgumentOutOfRangeException(nameof(site)),
        };
        (await DefaultScan.OfAsync(servers.Pki, place)).ShouldBe(asked, enforcedAt, findings);
    }

    [Theory]
    [InlineData(true, "MTLS-107 low", "MTLS-111 high", "MTLS-201 critical", "MTLS-211 critical", "MTLS-212 high", "MTLS-302 critical", "TLS-003/cbc-sha1 low", "TLS-003/ccm8 low")]
    [InlineData(false, "MTLS-107 low", "MTLS-302 critical", "TLS-003/cbc-sha1 low", "TLS-003/ccm8 low")]
    public async Task The_default_scan_of_two_names_finds_exactly(bool secret, params string[] findings)
    {
        NginxServer server = await servers.NginxOrSkipAsync();
        DefaultScan scan = secret
            ? await DefaultScan.OfAsync(servers.Pki, server.SecretName, LabApi.PublicHost)
            : await DefaultScan.OfAsync(servers.Pki, server.PublicName, LabApi.SecretHost);
        scan.ShouldBe(ClientAuthentication.Required, EnforcementPoint.Http, findings);
    }
}

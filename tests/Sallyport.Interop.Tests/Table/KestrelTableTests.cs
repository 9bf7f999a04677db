using System;
using System.Threading.Tasks;
using Sallyport.Lab.Servers;
using Sallyport.Scan.Reports;

namespace Sallyport.Interop.Tests.Table;

/// <summary>What the whole default scan says of each way in which Kestrel asks for client certificates: exactly this, and why it is true.</summary>
/// <remarks>
/// MTLS-107: an absent extended key usage is any to X509Chain as well. MTLS-111: the lab's chain policy checks no revocation, as is the
/// default of a custom trust store without a list. MTLS-114: X509Chain on Linux objects neither to RSA-1024 nor to SHA-1. MTLS-122:
/// <c>GetNameInfo(SimpleName)</c> is the last of several common names.
/// Two names: the certificate is judged again when a ticket comes back (no MTLS-201), but nothing compares Host with the name of the
/// handshake, and a ClientHello in small records hides its name, so that the lax policy applies (MTLS-214).
/// </remarks>
public sealed class KestrelTableTests(LabServers servers)
{
    [Theory]
    [InlineData(nameof(KestrelServer.Off), ClientAuthentication.NotRequested, null, "MTLS-002 critical")]
    [InlineData(nameof(KestrelServer.Allow), ClientAuthentication.Optional, null, "MTLS-002 critical", "MTLS-107 low", "MTLS-111 high", "MTLS-114/rsa-1024 medium", "MTLS-114/sha1 medium", "MTLS-122/cn-last critical")]
    [InlineData(nameof(KestrelServer.Require), ClientAuthentication.Required, EnforcementPoint.Close, "MTLS-107 low", "MTLS-111 high", "MTLS-114/rsa-1024 medium", "MTLS-114/sha1 medium", "MTLS-122/cn-last critical")]
    [InlineData(nameof(KestrelServer.Delay), ClientAuthentication.Required, EnforcementPoint.Http, "MTLS-005 low", "MTLS-107 low", "MTLS-111 high", "MTLS-114/rsa-1024 medium", "MTLS-114/sha1 medium", "MTLS-122/cn-last critical")]
    public async Task The_default_scan_of_kestrel_finds_exactly(string site, ClientAuthentication asked, EnforcementPoint? enforcedAt, params string[] findings)
    {
        KestrelServer server = await servers.KestrelAsync();
        LabEndpoint place = site switch
        {
            nameof(KestrelServer.Off) => server.Off,
            nameof(KestrelServer.Allow) => server.Allow,
            nameof(KestrelServer.Require) => server.Require,
            nameof(KestrelServer.Delay) => server.Delay,
            _ => throw new ArgumentOutOfRangeException(nameof(site)),
        };
        (await DefaultScan.OfAsync(servers.Pki, place)).ShouldBe(asked, enforcedAt, findings);
    }

    [Theory]
    [InlineData(true, "MTLS-107 low", "MTLS-111 high", "MTLS-114/rsa-1024 medium", "MTLS-114/sha1 medium", "MTLS-211 critical", "MTLS-211 critical", "MTLS-212 high", "MTLS-213 high", "MTLS-214 high", "MTLS-302 critical")]
    [InlineData(false, "MTLS-107 low", "MTLS-114/rsa-1024 medium", "MTLS-114/sha1 medium", "MTLS-211 critical", "MTLS-211 critical", "MTLS-302 critical")]
    public async Task The_default_scan_of_two_names_finds_exactly(bool secret, params string[] findings)
    {
        KestrelServer server = await servers.KestrelAsync();
        DefaultScan scan = secret
            ? await DefaultScan.OfAsync(servers.Pki, server.SecretName, LabApi.PublicHost)
            : await DefaultScan.OfAsync(servers.Pki, server.PublicName, LabApi.SecretHost);
        scan.ShouldBe(ClientAuthentication.Required, EnforcementPoint.Close, findings);
    }
}

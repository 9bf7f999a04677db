using System;
using System.Threading.Tasks;
using Sallyport.Interop.Tests.Servers;
using Sallyport.Lab.Servers;
using Sallyport.Scan.Reports;

namespace Sallyport.Interop.Tests.Table;

/// <summary>What the whole default scan says of each way in which Openssl asks for client certificates: exactly this, and why it is true.</summary>
/// <remarks>
/// One connection at a time, files for answers, no owner rule: every account reads every document (AUTHZ-001, which stands for MTLS-121; MTLS-302). Without
/// -verify_return_error whatever is shown is believed (MTLS-101, which stands for the whole matrix). No CRL is loaded (MTLS-111), and an
/// absent extended key usage is any (MTLS-107).
/// </remarks>
public sealed class OpensslTableTests(LabServers servers)
{

    [Theory]
    [InlineData(nameof(OpensslServer.Off), ClientAuthentication.NotRequested, null, "MTLS-002 critical", "TLS-003/cbc-sha1 low")]
    [InlineData(nameof(OpensslServer.Asked), ClientAuthentication.Optional, null, "MTLS-002 critical", "MTLS-101 critical", "TLS-003/cbc-sha1 low")]
    [InlineData(nameof(OpensslServer.AskedAndChecked), ClientAuthentication.Optional, null, "MTLS-002 critical", "MTLS-107 low", "MTLS-111 high", "MTLS-302 critical", "TLS-003/cbc-sha1 low")]
    [InlineData(nameof(OpensslServer.Demanded), ClientAuthentication.Required, EnforcementPoint.Alert, "MTLS-101 critical", "MTLS-121 high?", "TLS-003/cbc-sha1 low")]
    [InlineData(nameof(OpensslServer.DemandedAndChecked), ClientAuthentication.Required, EnforcementPoint.Alert, "AUTHZ-001 critical", "AUTHZ-001 critical", "MTLS-107 low", "MTLS-111 high", "MTLS-302 critical", "TLS-003/cbc-sha1 low")]
    public async Task The_default_scan_of_openssl_finds_exactly(string site, ClientAuthentication asked, EnforcementPoint? enforcedAt, params string[] findings)
    {
        OpensslServer server = await servers.OpensslOrSkipAsync();
        LabEndpoint place = site switch
        {
            nameof(OpensslServer.Off) => server.Off,
            nameof(OpensslServer.Asked) => server.Asked,
            nameof(OpensslServer.AskedAndChecked) => server.AskedAndChecked,
            nameof(OpensslServer.Demanded) => server.Demanded,
            nameof(OpensslServer.DemandedAndChecked) => server.DemandedAndChecked,
            _ => throw new ArgumentOutOfRangeException(nameof(site)),
        };
        (await DefaultScan.OfAsync(servers.Pki, place)).ShouldBe(asked, enforcedAt, findings);
    }
}

using System.Linq;
using System.Threading.Tasks;
using Sallyport.Lab.Tls;
using Sallyport.Scan.Checks.Routing;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Tests.Checks.Routing;

public sealed class CoalescedConnectionTests(CheckLab lab)
{
    [Fact]
    public async Task Kestrel_that_serves_any_authority_fails()
    {
        Sallyport.Lab.Servers.KestrelServer kestrel = await lab.KestrelAsync();
        ScanRequest request = lab.Request(kestrel.SecretName, lab.Pki.Alice) with
        {
            Operations = [new() { Method = "GET", PathTemplate = "/shared", HasSecurity = true, DemandsMutualTls = true }],
        };
        request = request with { Identities = [.. request.Identities, CheckLab.Identity(lab.Pki.Other) with { Name = "other" }] };
        ScanReport report = await CheckLab.RunAsync(new CoalescedConnection(), request);
        report.Findings.ShouldContain(f => f.Id == "MTLS-216" && f.Identity == "other", report.Checks.Single().ToString());
    }

    [Fact]
    public async Task A_server_without_HTTP_2_has_no_streams()
    {
        await using ScriptedTlsServer server = RoutingLab.Pair(lab, ServerFlaw.ServeAnyHost);
        ScanReport report = await RoutingLab.ScanAsync(lab, new CoalescedConnection(), server);
        report.ShouldBe("notApplicable");
    }

}

using System.Linq;
using System.Threading.Tasks;
using Sallyport.Lab.Tls;
using Sallyport.Scan.Checks.Routing;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Reports;

namespace Sallyport.Scan.Tests.Checks.Routing;

public sealed class DoubledServerNameTests(CheckLab lab)
{
    [Fact]
    public async Task A_server_that_takes_the_first_of_two_names_and_serves_any_host_fails()
    {
        await using ScriptedTlsServer server = RoutingLab.Pair(lab, ServerFlaw.ServeAnyHost);
        ScanReport report = await RoutingLab.ScanAsync(lab, new DoubledServerName(), server);
        Finding finding = report.Findings.Where(f => f.Identity == "other").ShouldHaveSingleItem(report.Checks.Single().ToString());
        finding.Id.ShouldBe("MTLS-215");
        finding.Severity.ShouldBe(Severity.Medium);
    }

    [Fact]
    public async Task A_server_of_one_name_passes()
    {
        await using ScriptedTlsServer server = RoutingLab.Pair(lab, ServerFlaw.None, change: script => script with { Sites = [script.Sites[1]] });
        ScanReport report = await RoutingLab.ScanAsync(lab, new DoubledServerName(), server);
        report.ShouldBe("passed");
    }

    [Fact]
    public Task A_server_that_refuses_the_valid_identity_is_not_tested() => RoutingLab.LeavesUndecidedAsync(lab, new DoubledServerName());
}

using System.Linq;
using System.Threading.Tasks;
using Sallyport.Lab.Tls;
using Sallyport.Scan.Checks.Routing;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Reports;

namespace Sallyport.Scan.Tests.Checks.Routing;

public sealed class FragmentedHelloTests(CheckLab lab)
{
    [Fact]
    public async Task A_server_that_loses_the_name_of_a_cut_hello_fails()
    {
        await using ScriptedTlsServer server = RoutingLab.Pair(lab, ServerFlaw.ServeAnyHost | ServerFlaw.LoseNameWhenFragmented, ClientCertificatePolicy.NotRequested);
        ScanReport report = await RoutingLab.ScanAsync(lab, new FragmentedHello(), server);
        Finding finding = report.Findings.Where(f => f.Identity == "none").ShouldHaveSingleItem(report.Checks.Single().ToString());
        finding.Id.ShouldBe("MTLS-214");
        finding.Confidence.ShouldBe(Confidence.Confirmed);
        finding.Observed.ShouldContain("longer than one record");
    }

    [Fact]
    public async Task A_server_that_no_longer_asks_fails_milder()
    {
        await using ScriptedTlsServer server = RoutingLab.Pair(lab, ServerFlaw.LoseNameWhenFragmented, ClientCertificatePolicy.NotRequested);
        ScanReport report = await RoutingLab.ScanAsync(lab, new FragmentedHello(), server);
        report.Findings.Where(f => f.Identity == "none").ShouldHaveSingleItem(report.Checks.Single().ToString()).Severity.ShouldBe(Severity.Medium);
    }

    [Fact]
    public async Task A_server_that_puts_the_pieces_together_passes()
    {
        await using ScriptedTlsServer server = RoutingLab.Pair(lab, ServerFlaw.ServeAnyHost);
        ScanReport report = await RoutingLab.ScanAsync(lab, new FragmentedHello(), server);
        report.ShouldBe("passed");
    }

    [Fact]
    public Task A_server_that_refuses_the_valid_identity_is_not_tested() => RoutingLab.LeavesUndecidedAsync(lab, new FragmentedHello());
}

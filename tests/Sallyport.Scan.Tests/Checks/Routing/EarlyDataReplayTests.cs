using System.Threading.Tasks;
using Sallyport.Lab.Tls;
using Sallyport.Scan.Checks.Routing;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Reports;

namespace Sallyport.Scan.Tests.Checks.Routing;

public sealed class EarlyDataReplayTests(CheckLab lab)
{
    [Fact]
    public async Task A_server_that_executes_early_data_fails()
    {
        await using ScriptedTlsServer server = RoutingLab.Pair(lab, ServerFlaw.ServeEarlyData, change: script => script with { MaxEarlyData = 16384 });
        ScanReport report = await RoutingLab.ScanAsync(lab, new EarlyDataReplay(), server);
        Finding finding = report.Single("MTLS-206");
        finding.Severity.ShouldBe(Severity.High);
        finding.Observed.ShouldContain("replayed");
    }

    [Fact]
    public async Task A_server_that_offers_none_has_nothing_to_replay()
    {
        await using ScriptedTlsServer server = RoutingLab.Pair(lab, ServerFlaw.None);
        ScanReport report = await RoutingLab.ScanAsync(lab, new EarlyDataReplay(), server);
        report.ShouldBe("notApplicable");
    }

    [Fact]
    public async Task A_server_that_drops_early_data_is_not_accused()
    {
        await using ScriptedTlsServer server = RoutingLab.Pair(lab, ServerFlaw.None, change: script => script with { MaxEarlyData = 16384 });
        ScanReport report = await RoutingLab.ScanAsync(lab, new EarlyDataReplay(), server);
        report.Findings.ShouldBeEmpty();
    }

    [Fact]
    public Task A_server_that_refuses_the_valid_identity_is_not_tested() => RoutingLab.LeavesUndecidedAsync(lab, new EarlyDataReplay());
}

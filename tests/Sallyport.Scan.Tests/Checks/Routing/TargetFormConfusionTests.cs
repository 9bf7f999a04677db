using System.Threading.Tasks;
using Sallyport.Lab.Tls;
using Sallyport.Scan.Checks.Routing;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Reports;

namespace Sallyport.Scan.Tests.Checks.Routing;

public sealed class TargetFormConfusionTests(CheckLab lab)
{
    [Fact]
    public async Task A_server_that_serves_any_host_fails()
    {
        await using ScriptedTlsServer server = RoutingLab.Pair(lab, ServerFlaw.ServeAnyHost);
        ScanReport report = await RoutingLab.ScanAsync(lab, new TargetFormConfusion(), server);
        report.Single("MTLS-217", "other").Observed.ShouldContain("first of two Host headers");
    }

    [Fact]
    public async Task A_server_that_serves_only_the_name_of_the_handshake_passes()
    {
        await using ScriptedTlsServer server = RoutingLab.Pair(lab, ServerFlaw.None);
        ScanReport report = await RoutingLab.ScanAsync(lab, new TargetFormConfusion(), server);
        report.ShouldBe("passed");
    }

    [Fact]
    public Task A_server_that_refuses_the_valid_identity_is_not_tested() => RoutingLab.LeavesUndecidedAsync(lab, new TargetFormConfusion());
}

using System.Linq;
using System.Threading.Tasks;
using Sallyport.Lab.Tls;
using Sallyport.Scan.Checks.Routing;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Tests.Checks.Routing;

public sealed class ResumedAfterRevocationTests(CheckLab lab)
{
    [Fact]
    public async Task A_ticket_that_outlives_a_week_fails()
    {
        await using ScriptedTlsServer server = RoutingLab.Pair(lab, ServerFlaw.None, change: script => script with { TicketLifetime = System.TimeSpan.FromDays(8) });
        ScanReport report = await RoutingLab.ScanAsync(lab, new ResumedAfterRevocation(), server);
        Finding finding = report.Single("MTLS-203");
        finding.Variant.ShouldBe("lifetime");
        finding.Severity.ShouldBe(Severity.Low);
    }

    [Fact]
    public async Task A_short_lifetime_leaves_the_revocation_untested_without_hooks()
    {
        await using ScriptedTlsServer server = RoutingLab.Pair(lab, ServerFlaw.None);
        ScanReport report = await RoutingLab.ScanAsync(lab, new ResumedAfterRevocation(), server);
        report.ShouldBe("notTested");
        report.Checks.Single().Needs.ShouldContain(need => need.Contains("hooks.revoke"));
    }

    [Fact]
    public Task A_server_that_refuses_the_valid_identity_is_not_tested() => RoutingLab.LeavesUndecidedAsync(lab, new ResumedAfterRevocation());
}

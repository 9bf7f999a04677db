using System;
using System.Linq;
using System.Threading.Tasks;
using Sallyport.Lab.Tls;
using Sallyport.Scan.Checks.Channel;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Tests.Checks.Routing;

namespace Sallyport.Scan.Tests.Checks.Channel;

/// <summary>TLS-015: for how long tickets are announced.</summary>
public sealed class TicketsTests(CheckLab lab)
{
    [Theory]
    [InlineData(8, "failed")]
    [InlineData(7, "passed")]
    public async Task Tickets_of_more_than_seven_days_fail_and_others_pass(int days, string outcome)
    {
        await using ScriptedTlsServer server = RoutingLab.Pair(lab, ServerFlaw.None, change: script => script with { TicketLifetime = TimeSpan.FromDays(days) });
        ScanReport report = await RoutingLab.ScanAsync(lab, new Tickets(), server);
        report.Checks.Single().Outcome.ShouldBe(outcome, report.Checks.Single().ToString());
        report.Findings.Select(finding => (finding.Id, finding.Severity)).ShouldBe(outcome == "failed" ? [("TLS-015", Severity.Low)] : []);
    }

    [Fact]
    public async Task A_server_without_tickets_announces_none()
    {
        await using ScriptedTlsServer server = RoutingLab.Pair(lab, ServerFlaw.None, change: script => script with { Tickets = 0 });
        (await RoutingLab.ScanAsync(lab, new Tickets(), server)).ShouldBe("notApplicable");
    }
}

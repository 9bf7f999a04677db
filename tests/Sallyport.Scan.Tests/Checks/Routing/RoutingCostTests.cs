using System;
using System.Collections.Immutable;
using System.Threading.Tasks;
using Sallyport.Lab.Tls;
using Sallyport.Scan.Checks;
using Sallyport.Scan.Checks.Routing;
using Sallyport.Scan.Engine;
using Sallyport.Scan.Reports;

namespace Sallyport.Scan.Tests.Checks.Routing;

/// <summary>What the whole family costs by default, for one other name and two identities.</summary>
public sealed class RoutingCostTests(CheckLab lab)
{
    [Fact]
    public async Task All_rows_of_a_default_scan_together_stay_below_sixty_connections()
    {
        await using ScriptedTlsServer server = RoutingLab.Pair(lab, ServerFlaw.None, secretIsDefault: true);
        int survey = (await ScanAsync([new SharedTicketKeys()], server)).Connections;
        ScanReport report = await ScanAsync(
            [
                new TicketAcrossNames(), new TicketWithoutIdentity(), new ResumedAfterRevocation(), new SharedTicketKeys(), new WeakTicketKey(), new EarlyDataReplay(),
                new ExpiryOnLiveConnection(), new HostOfAnotherName(), new NoOrForeignServerName(), new NameVariants(), new FragmentedHello(), new DoubledServerName(),
                new CoalescedConnection(), new TargetFormConfusion(),
            ],
            server);
        report.Findings.ShouldBeEmpty();
        (report.Connections - survey).ShouldBeLessThanOrEqualTo(60);
    }

    private async Task<ScanReport> ScanAsync(ImmutableArray<Check> checks, ScriptedTlsServer server) =>
        await new Scanner(new ScanSessions(TimeProvider.System), checks, TimeProvider.System).RunAsync(RoutingLab.Request(lab, server), null, TestContext.Current.CancellationToken);
}

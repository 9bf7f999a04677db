using System;
using System.Linq;
using System.Threading.Tasks;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Tests.Checks;

namespace Sallyport.Scan.Tests.Proofs.Broken;

/// <summary>What the two sites are while nothing breaks, and the naked one when it turns. See <see cref="Turned"/>.</summary>
public sealed class TurnedServerTests(CheckLab lab)
{
    [Fact]
    public async Task Undisturbed_the_strict_site_has_two_findings_and_leaves_little_open()
    {
        ScanReport report = await lab.Undisturbed.OfAsync(naked: false);

        // True of the lab's site: it keeps a revoked identity's open connection, and limits nobody.
        report.Findings.Select(static finding => finding.Id).ShouldBe(["RACE-006", "RL-001"], BrokenScan.Of(report));

        // Otherwise a broken scan would prove nothing: what does not run there is not tested for a reason of its own.
        report.Checks.Where(static check => check.Id.StartsWith("TLS-", StringComparison.Ordinal) || check.Id.StartsWith("MTLS-", StringComparison.Ordinal))
            .Where(static check => check.Passed + check.Failed == 0).Select(static check => check.Id)
            .ShouldBe(["MTLS-008", "MTLS-112", "MTLS-119", "MTLS-206", "TLS-004", "TLS-005"], BrokenScan.Of(report));
    }

    [Fact]
    public async Task Undisturbed_the_naked_site_fails()
    {
        ScanReport report = await lab.Undisturbed.OfAsync(naked: true);

        ((string[])["MTLS-002", "MTLS-101", "MTLS-302", "MTLS-305"]).ShouldBeSubsetOf(report.Findings.Select(static finding => finding.Id), BrokenScan.Of(report));
    }

    public static TheoryData<Breakage> Ways => Turned.Ways(static one => one is Breakage.Refused or Breakage.Silence or Breakage.AlertHandshakeFailure
        or Breakage.ResetAfterServerHello or Breakage.CloseAfterHandshake or Breakage.NoAnswer or Breakage.Status503 or Breakage.Status403 or Breakage.Maintenance);

    [Theory]
    [MemberData(nameof(Ways))]
    public Task A_naked_server_that_turns_is_undecided(Breakage breakage) => Turned.LeavesOpenAsync(lab, breakage, naked: true);
}

using System;
using System.Collections.Immutable;
using System.Linq;
using System.Threading.Tasks;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Tests.Checks;

namespace Sallyport.Scan.Tests.Proofs.Broken;

/// <summary>
/// A server that is right while it is surveyed and broken when the checks ask. Nobody may conclude anything from it, for or against, but what
/// <see cref="Deserved"/> lists. The whole catalogue runs, so that no check escapes; each scan ends by itself.
/// </summary>
public sealed class TurnedServerTests(CheckLab lab, Undisturbed undisturbed) : IClassFixture<Undisturbed>
{
    public static TheoryData<Breakage> Broken => [.. Enum.GetValues<Breakage>().Where(static one => one != Breakage.None)];

    [Fact]
    public async Task Undisturbed_the_strict_site_has_no_finding_but_its_own_key_and_leaves_little_open()
    {
        ScanReport report = await undisturbed.OfAsync(naked: false);

        // True of the lab's site: it keeps a revoked identity's open connection, and limits nobody.
        report.Findings.Select(static finding => finding.Id).ShouldBe(["TLS-020", "RACE-006", "RL-001"], BrokenScan.Of(report));

        // Otherwise a broken scan would prove nothing: what does not run there is not tested for a reason of its own.
        report.Checks.Where(static check => check.Id.StartsWith("TLS-", StringComparison.Ordinal) || check.Id.StartsWith("MTLS-", StringComparison.Ordinal))
            .Where(static check => check.Passed + check.Failed == 0).Select(static check => check.Id)
            .ShouldBe(["MTLS-008", "MTLS-112", "MTLS-119", "MTLS-206", "TLS-004", "TLS-005"], BrokenScan.Of(report));
    }

    [Fact]
    public async Task Undisturbed_the_naked_site_fails()
    {
        ScanReport report = await undisturbed.OfAsync(naked: true);

        ((string[])["MTLS-002", "MTLS-101", "MTLS-302", "MTLS-305"]).ShouldBeSubsetOf(report.Findings.Select(static finding => finding.Id), BrokenScan.Of(report));
    }

    [Theory]
    [MemberData(nameof(Broken))]
    public Task A_strict_server_that_turns_is_undecided(Breakage breakage) => LeavesOpenAsync(breakage, naked: false);

    [Theory]
    [InlineData(Breakage.Refused)]
    [InlineData(Breakage.Silence)]
    [InlineData(Breakage.AlertHandshakeFailure)]
    [InlineData(Breakage.ResetAfterServerHello)]
    [InlineData(Breakage.CloseAfterHandshake)]
    [InlineData(Breakage.NoAnswer)]
    [InlineData(Breakage.Status503)]
    [InlineData(Breakage.Status403)]
    [InlineData(Breakage.Maintenance)]
    public Task A_naked_server_that_turns_is_undecided(Breakage breakage) => LeavesOpenAsync(breakage, naked: true);

    private async Task LeavesOpenAsync(Breakage breakage, bool naked)
    {
        // Silence costs as much as the patience is long; a machine that is too busy to be surveyed so gets more of it.
        ScanReport report = await TurnAsync(breakage, naked, TimeSpan.FromSeconds(1));
        report = report.BaselineSucceeded ? report : await TurnAsync(breakage, naked, TimeSpan.FromSeconds(20));

        report.BaselineSucceeded.ShouldBeTrue(BrokenScan.Of(report));
        report.Findings.Select(static finding => finding.Id).ShouldBeSubsetOf(Deserved.Findings(breakage), BrokenScan.Of(report));
        report.Findings.Where(static finding => finding.Id == "TLS-022").ShouldAllBe(static finding => finding.Confidence == Confidence.Suspect);
        report.Checks.Where(static check => check.Passed > 0).Select(static check => check.Id).ShouldBeSubsetOf(Deserved.Passes(breakage), BrokenScan.Of(report));
        ImmutableArray<string> absent = [.. (await undisturbed.OfAsync(naked)).Checks.Where(static check => check.NotApplicable > 0).Select(static check => check.Id)];
        report.Checks.Where(static check => check.NotApplicable > 0).Select(static check => check.Id).ShouldBeSubsetOf(absent, BrokenScan.Of(report));
    }

    private async Task<ScanReport> TurnAsync(Breakage breakage, bool naked, TimeSpan patience)
    {
        await using BreakableSite site = await BreakableSite.StartAsync(lab, naked);
        HurriedTime time = new();
        return await BrokenScan.RunAsync(site.Request(patience), time, () =>
        {
            site.Break(breakage);
            time.Hurry(20);
        });
    }
}

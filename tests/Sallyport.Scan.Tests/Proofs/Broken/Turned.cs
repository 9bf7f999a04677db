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
internal static class Turned
{
    // A survey on a busy machine is given its time; from the turn on nobody waits longer than 50 ms of it.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);
    private const int Hurry = 400;

    // Every probe of the catalogue waits for these until its patience ends: half a minute each. One of the kind is enough for every run; the rest is soaked.
    private static readonly ImmutableArray<Breakage> s_long =
        [Breakage.CloseAfterHandshake, Breakage.CloseOnRequest, Breakage.CloseInAnswer, Breakage.CloseInServerHello, Breakage.EndlessAnswer, Breakage.NoAnswer, Breakage.Silence, Breakage.Status429,
            Breakage.RedirectCircle, Breakage.Bomb, Breakage.HugeJson, Breakage.DuplicateKeys, Breakage.Restless];

    /// <summary>The ways to break within a range: every fifth of those that are not long, or all when soaked. From the start on every one of them is met by <see cref="BrokenFromTheStartTests"/>.</summary>
    public static TheoryData<Breakage> Ways(Func<Breakage, bool> which) => [.. Enum.GetValues<Breakage>()
        .Where(one => one != Breakage.None && which(one) && (Soak.IsOn || !s_long.Contains(one)))
        .Where(static (_, number) => Soak.IsOn || number % 5 == 0)];

    /// <summary>Scans a site that turns, and holds the report to what is deserved.</summary>
    public static async Task LeavesOpenAsync(CheckLab lab, Breakage breakage, bool naked)
    {
        ScanReport report = await TurnAsync(lab, breakage, naked);

        report.BaselineSucceeded.ShouldBeTrue(BrokenScan.Of(report));
        report.Findings.Select(static finding => finding.Id).ShouldBeSubsetOf(Deserved.Findings(breakage), BrokenScan.Of(report));
        report.Findings.Where(static finding => finding.Id == "TLS-022").ShouldAllBe(static finding => finding.Confidence == Confidence.Suspect);
        report.Checks.Where(static check => check.Passed > 0).Select(static check => check.Id).ShouldBeSubsetOf(Deserved.Passes(breakage), BrokenScan.Of(report));
        ImmutableArray<string> absent = [.. (await lab.Undisturbed.OfAsync(naked)).Checks.Where(static check => check.NotApplicable > 0).Select(static check => check.Id)];
        report.Checks.Where(static check => check.NotApplicable > 0).Select(static check => check.Id).ShouldBeSubsetOf(absent, BrokenScan.Of(report));
    }

    private static async Task<ScanReport> TurnAsync(CheckLab lab, Breakage breakage, bool naked)
    {
        await using BreakableSite site = await BreakableSite.StartAsync(lab, naked);
        HurriedTime time = new();
        return await BrokenScan.RunAsync(site.Request(s_patience), time, () =>
        {
            site.Break(breakage);
            time.Hurry(Hurry);
        });
    }
}

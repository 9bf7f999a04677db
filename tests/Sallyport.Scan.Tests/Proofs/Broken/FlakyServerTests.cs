using System;
using System.Collections.Immutable;
using System.Linq;
using System.Threading.Tasks;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Tests.Checks;

namespace Sallyport.Scan.Tests.Proofs.Broken;

/// <summary>
/// A server that breaks now and then while the checks ask, each time in another way. What it is does not change by that: whatever is concluded,
/// is what is concluded of the same server undisturbed.
/// </summary>
public sealed class FlakyServerTests(CheckLab lab)
{
    // An alert that says no is an answer, and no break: whoever gives it by chance cannot be told from one who means it.
    private static ImmutableArray<Breakage> Words { get; } = [Breakage.Garbage, Breakage.PlainHttp, Breakage.AlertInternalError, Breakage.AlertUnrecognizedName];

    // A close is how some servers refuse: what is believed of it, and what is asked again, is docs/decisions/0061-refusals-by-close.md.
    private static ImmutableArray<Breakage> Closes { get; } =
        [Breakage.CloseAtOnce, Breakage.ResetAfterHello, Breakage.ResetAfterServerHello, Breakage.CloseInServerHello, Breakage.CloseHalfway];

    private static ImmutableArray<Breakage> OfAnswers { get; } =
        [Breakage.CloseInAnswer, Breakage.Status500, Breakage.Status503, Breakage.Status429, Breakage.Maintenance];

    // Two of each in every run; twenty in the soak.
    public static TheoryData<bool, int> Seeds => [.. Enumerable.Range(1, Soak.IsOn ? 20 : 1).SelectMany(static seed => new[] { (false, seed), (true, seed) })];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task A_server_that_breaks_now_and_then_is_judged_as_it_is_or_not_at_all(bool naked, int seed)
    {
        ImmutableArray<CheckSummary> known = (await lab.Undisturbed.OfAsync(naked)).Checks;

        ScanReport report = await ScanAsync(naked, seed);

        Ids(report.Checks, static check => check.Failed > 0).ShouldBeSubsetOf(Ids(known, static check => check.Failed > 0), BrokenScan.Of(report));
        Ids(report.Checks, check => check.Passed > 0 && !LooksForIt(naked, check)).ShouldBeSubsetOf(Ids(known, static check => check.Passed > 0), BrokenScan.Of(report));
        Ids(report.Checks, check => check.NotApplicable > 0 && !LooksForIt(naked, check)).ShouldBeSubsetOf(Ids(known, static check => check.NotApplicable > 0), BrokenScan.Of(report));
    }

    // To some rules about the application a break is what they look for: a 429 is a limit.
    private static bool LooksForIt(bool naked, CheckSummary check) => check.Id == "RL-001";

    private static ImmutableArray<string> Ids(ImmutableArray<CheckSummary> checks, Func<CheckSummary, bool> which) => [.. checks.Where(which).Select(static check => check.Id)];

    private async Task<ScanReport> ScanAsync(bool naked, int seed)
    {
        await using BreakableSite site = await BreakableSite.StartAsync(lab, naked);
        HurriedTime time = new();
        return await BrokenScan.RunAsync(site.Request(TimeSpan.FromSeconds(30)), time, () =>
        {
            site.Wound(connection => Wound([.. Words, .. Closes], seed, connection), request => Wound(OfAnswers, -seed, request));
            time.Hurry(10); // as in Undisturbed
        });
    }

    // The same in every run; which check meets it depends on their order, and must not matter.
    private static Breakage Wound(ImmutableArray<Breakage> ways, int seed, int number)
    {
        Random chance = new((seed * 100_003) + number);
        return chance.Next(5) == 0 ? ways[chance.Next(ways.Length)] : Breakage.None;
    }
}

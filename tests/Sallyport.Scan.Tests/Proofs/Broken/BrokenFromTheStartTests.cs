using System;
using System.Linq;
using System.Threading.Tasks;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Tests.Checks;

namespace Sallyport.Scan.Tests.Proofs.Broken;

/// <summary>A server that is broken before anybody asks it: the whole catalogue ends, accuses it of nothing and passes nothing that could not be seen.</summary>
public sealed class BrokenFromTheStartTests(CheckLab lab)
{
    public static TheoryData<Breakage> Broken => [.. Enum.GetValues<Breakage>().Where(static one => one != Breakage.None)];

    [Theory]
    [MemberData(nameof(Broken))]
    public async Task Nothing_is_concluded_but_what_is_seen_without_an_answer(Breakage breakage)
    {
        await using BreakableSite site = await BreakableSite.StartAsync(lab, naked: false);
        site.Break(breakage);

        ScanReport report = await BrokenScan.RunAsync(site.Request(TimeSpan.FromMilliseconds(500)), TimeProvider.System);

        report.BaselineSucceeded.ShouldBeFalse();
        bool tls = breakage > Breakage.AlertAccessDenied;
        report.Findings.Select(static finding => finding.Id).ShouldBeSubsetOf(tls ? Deserved.Findings(breakage) : [], BrokenScan.Of(report));
        report.Checks.Where(static check => check.Passed > 0).Select(static check => check.Id).ShouldBeSubsetOf(tls ? Deserved.Passes(breakage) : Hello(breakage), BrokenScan.Of(report));
    }

    // Without a handshake no check of the channel runs; that plain HTTP is refused where a hello is answered is seen without one.
    private static string[] Hello(Breakage breakage) => breakage is Breakage.ResetAfterServerHello or Breakage.CloseHalfway ? ["TLS-021"] : [];
}

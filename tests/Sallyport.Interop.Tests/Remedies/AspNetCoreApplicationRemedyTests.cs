using System;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Reports;

namespace Sallyport.Interop.Tests.Remedies;

/// <summary>The remedies of the application half for ASP.NET Core, put as they are printed into small applications that have the flaws, and started.</summary>
public sealed class AspNetCoreApplicationRemedyTests
{
    // What the rule is about is no longer there when it is mended, so that it does not apply.
    private static readonly string[] s_gone =
    [
        "BIND-007", // tokens that are bound to a certificate have no other subject
    ];

    [Theory]
    //[InlineData("tokens")]
    [InlineData("shop")]
    [InlineData("inputs")]
    public async Task Everything_is_found_before_and_nothing_after(string name)
    {
        RemedyFrame frame = RemedyFrame.Of(name);
        ScanReport[] both = await Task.WhenAll(ScanAsync(frame, mended: false), ScanAsync(frame, mended: true));
        (ScanReport before, ScanReport after) = (both[0], both[1]);
        string told = $"before: {Told(before)}\nafter: {Told(after)}";
        string[] found = [.. before.Findings.SelectMany(finding => finding.AlsoMatches.Prepend(finding.Id)).Distinct().Order(StringComparer.Ordinal)];
        found.ShouldBe([.. frame.Ids], told);
        after.Findings.ShouldBeEmpty(told);
        after.Checks.Where(check => s_gone.Contains(check.Id) ? check.Outcome != "notApplicable" : check is not { Failed: 0, Passed: > 0 }).Select(check => check.Id).ShouldBeEmpty(told);
    }

    private static async Task<ScanReport> ScanAsync(RemedyFrame frame, bool mended)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        await using FramedSite site = await FramedSite.StartAsync(frame, mended, limit.Token);
        return await site.ScanAsync(limit.Token);
    }

    private static string Told(ScanReport report) => string.Join('\n',
    [
        $"{report.SurveyFailure} {report.ClientAuthentication} {report.Requests} requests {report.Duration.TotalSeconds:F1} s",
        .. report.Findings.Select(finding => $"FOUND {finding.Id}/{finding.Variant} {finding.Confidence} {finding.Operation} {finding.Identity}: {finding.Observed} (also {string.Join(' ', finding.AlsoMatches)})"),
        .. report.Checks.Select(check => $"{check.Id} {check.Outcome} p{check.Passed} f{check.Failed} a{check.NotApplicable} t{check.NotTested}: {check.Reason}"),
    ]);
}

using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using OrdersApi.App;
using Sallyport.Scan.Engine;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Reports;

namespace Sallyport.Scan.Tests.Samples;

/// <summary>The whole catalogue on the sample: nothing on the strict one, and on a weak one what its switch declares.</summary>
public sealed class OrdersScanTests
{
    [Fact]
    public async Task Nothing_is_found_on_the_strict_api()
    {
        await using OrdersLab lab = await OrdersLab.StartAsync();
        ScanReport report = await ScanAsync(lab);
        report.SurveyFailure.ShouldBeNull();
        report.BaselineSucceeded.ShouldBeTrue();
        report.Findings.Select(finding => $"{finding.Id} {finding.Operation} {finding.Confidence}: {finding.Observed}").ShouldBeEmpty();
    }

    // The whole catalogue on each takes minutes: one of them in every run, one of each kind in the soak, and all by eng/soak's own command.
    public static TheoryData<Weakness> Switches => Soak.IsOn
        ? [Weakness.AccountByCommonName, Weakness.UnboundToken, Weakness.CertificateOptional, Weakness.HeaderBeatsCertificate, Weakness.PathConfusion, Weakness.SqlText, Weakness.CardShown]
        : [Weakness.UnboundToken];

    [Theory]
    [MemberData(nameof(Switches))]
    public async Task A_switch_alone_brings_what_it_declares(Weakness weakness)
    {
        await using OrdersLab lab = await OrdersLab.StartAsync(weakness);
        ScanReport report = await ScanAsync(lab);
        Found(report).ShouldBe(Expected(lab), ignoreOrder: true, Told(lab, report));
    }

    private static async Task<ScanReport> ScanAsync(OrdersLab lab)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(5));
        return await new Scanner(TimeProvider.System).RunAsync(lab.Request with { Limits = lab.Request.Limits with { Timeout = TimeSpan.FromMinutes(4) } }, null, limit.Token);
    }

    private static IEnumerable<string> Found(ScanReport report) => report.Findings.SelectMany(finding => finding.AlsoMatches.Prepend(finding.Id)).Distinct();

    private static string Told(OrdersLab lab, ScanReport report) => string.Join(
        '\n',
        [
            .. report.Findings.Select(finding => $"found {finding.Id} {finding.Operation}: {finding.Observed}"),
            .. report.Checks.Where(check => lab.Planted.Contains(check.Id)).Select(check => $"check {check.Id}: {check.Outcome} {check.Reason}"),
        ]);

    private static IEnumerable<string> Expected(OrdersLab lab) => lab.Planted.Where(IsSafe);

    private static bool IsSafe(string id) => CheckCatalog.Find(id) is { Mode: ScanMode.Safe };
}

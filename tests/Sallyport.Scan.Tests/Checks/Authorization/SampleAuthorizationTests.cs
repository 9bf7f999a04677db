using System;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using OrdersApi.App;
using Sallyport.Scan.Checks;
using Sallyport.Scan.Checks.Authorization;
using Sallyport.Scan.Engine;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Tests.Samples;

namespace Sallyport.Scan.Tests.Checks.Authorization;

/// <summary>The authorization rules together on the sample: with one switch on exactly the rules that it plants, with none no finding.</summary>
public sealed class SampleAuthorizationTests
{
    private static readonly ImmutableArray<Check> s_family =
        [.. CheckCatalog.BuiltIn.Where(static check => check.Info.Id.StartsWith("AUTHZ-", StringComparison.Ordinal) || check.Info.Id is "AUTH-001" or "AUTH-002")];

    // Every fifth in every run, all of them in the soak: each is a scan of its own, of several seconds.
    public static TheoryData<Weakness> Switches { get; } =
    [
        .. Enum.GetValues<Weakness>().Where(static one => one.Plants.Any(static rule => s_family.Any(check => check.Info.Id == rule)))
            .Where(static (_, number) => Soak.IsOn || number % 5 == 0),
    ];

    [Theory]
    [MemberData(nameof(Switches))]
    public async Task One_switch_gives_the_rules_that_it_plants(Weakness weakness)
    {
        await using OrdersLab lab = await OrdersLab.StartAsync(weakness);

        ScanReport report = await ScanAsync(lab);

        ImmutableArray<string> planted = [.. lab.Planted.Where(static rule => s_family.Any(check => check.Info.Id == rule))];
        string.Join(' ', report.Findings.SelectMany(static one => one.AlsoMatches.Append(one.Id)).Distinct().Order(StringComparer.Ordinal)).ShouldBe(string.Join(' ', planted), Told(report));
        report.Writes.Where(static one => one.State is WriteState.Open or WriteState.NotRestored).ShouldBeEmpty(Told(report));
    }

    [Fact]
    public async Task The_strict_sample_gives_none()
    {
        await using OrdersLab lab = await OrdersLab.StartAsync();

        ScanReport report = await ScanAsync(lab);

        report.Findings.ShouldBeEmpty(Told(report));
        foreach (CheckSummary check in report.Checks.Where(static one => one.Id != "AUTHZ-013"))
        {
            check.Passed.ShouldBeGreaterThan(0, Told(report));
        }

        report.Writes.Where(static one => one.State is WriteState.Open or WriteState.NotRestored).ShouldBeEmpty(Told(report));
    }

    // Who shows nothing is refused over HTTP here, and is not the one for whom the gate is open.
    [Fact]
    public async Task A_field_that_opens_the_gate_to_a_certificate_alone_is_AUTH_002_where_certificates_are_optional()
    {
        await using OrdersLab lab = await OrdersLab.StartAsync(Weakness.MethodOverride, Weakness.CertificateOptional);

        ScanReport report = await lab.RunAsync(new MethodBypass());

        report.Findings.ShouldHaveSingleItem(Told(report)).Id.ShouldBe("AUTH-002");
    }

    private static async Task<ScanReport> ScanAsync(OrdersLab lab)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(2));
        return await new Scanner(new ScanSessions(TimeProvider.System), s_family, TimeProvider.System).RunAsync(lab.Request with { Mode = ScanMode.Intrusive }, null, limit.Token);
    }

    private static string Told(ScanReport report) => string.Join("\n", report.Checks.Select(static one => $"{one.Id} {one.Outcome} +{one.Passed} -{one.Failed} n/a {one.NotApplicable} ? {one.NotTested} {one.Reason}")
        .Concat(report.Findings.Select(static one => $"{one.Id} {one.Operation} {one.Identity}: {one.Observed}"))
        .Concat(report.Writes.Select(static one => one.ToString())));
}

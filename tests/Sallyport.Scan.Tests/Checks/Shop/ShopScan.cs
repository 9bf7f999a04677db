using System;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Lab.Servers;
using Sallyport.Scan.Checks;
using Sallyport.Scan.Engine;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Tests.Checks.Shop;

/// <summary>Runs one check against the shop.</summary>
internal static class ShopScan
{
    /// <summary>A scan of a shop as alice and bob, who log in; bob is disposable.</summary>
    public static ScanRequest Request(CheckLab lab, LabEndpoint site, ScanMode mode)
    {
        ScanRequest request = lab.Request(site, lab.Pki.Alice, lab.Pki.Bob);
        return request with
        {
            Operations = [.. ShopSpec.Operations.Select(one => one.Name == "GET /me" ? one with { DeclaredProtected = true } : one)],
            Mode = mode,
            Identities = [.. request.Identities.Select(identity => identity with
            {
                Login = Login(identity.Name, identity.Name == "alice" ? "alices own pass 1" : "bobs own pass 22"),
                Disposable = identity.Name == "bob",
                Values = identity.Values.SetItem("thing", $"{identity.Name}-thing").SetItem("code", $"{identity.Name}-coupon-0"),
            })],
            Limits = new() { RequestsPerSecond = 10_000, Requests = 100_000, Connections = 5_000, ProbeTimeout = TimeSpan.FromSeconds(20) },
        };
    }

    public static Login Login(string user, string password) => new() { Path = "/session", Json = new Secret($$"""{"login":"{{user}}","password":"{{password}}"}""") };

    /// <summary>The shop with one flaw, scanned by one check.</summary>
    public static Task<ScanReport> RunAsync(CheckLab lab, Check check, ShopFlaw flaw, ScanMode mode, Func<ScanRequest, ScanRequest>? change = null) =>
        RunAsync(lab, check, flaw, mode, null, change);

    /// <summary>The same by a clock that only the shop's work moves: how busy this machine is decides nothing.</summary>
    public static Task<ScanReport> TimedAsync(CheckLab lab, Check check, ShopFlaw flaw, ScanMode mode) => RunAsync(lab, check, flaw, mode, new SpentTime(), null);

    private static async Task<ScanReport> RunAsync(CheckLab lab, Check check, ShopFlaw flaw, ScanMode mode, SpentTime? clock, Func<ScanRequest, ScanRequest>? change)
    {
        await using ShopServer shop = ShopServer.Start(flaw, lab.Pki.Material.ServerIdentity, clock);
        ScanRequest request = Request(lab, shop.Endpoint, mode);
        return await CheckLab.RunAsync(check, change?.Invoke(request) ?? request, clock ?? TimeProvider.System);
    }

    /// <summary>The one finding, with its variant.</summary>
    public static Finding Found(ScanReport report, string id, string? variant = null)
    {
        Finding finding = report.Findings.ShouldHaveSingleItem(Said(report));
        (finding.Id, finding.Variant).ShouldBe((id, variant), Said(report));
        return finding;
    }

    public static void Passed(ScanReport report)
    {
        report.Findings.ShouldBeEmpty(Said(report));
        report.Checks.Single().Outcome.ShouldBe("passed", Said(report));
    }

    public static void Undecided(ScanReport report)
    {
        report.Findings.ShouldBeEmpty(Said(report));
        report.Checks.Single().Outcome.ShouldBe("notTested", Said(report));
    }

    public static string Said(ScanReport report) =>
        $"{report.Checks.Single().Outcome}: {report.Checks.Single().Reason} | {string.Join(" | ", report.Findings.Select(one => $"{one.Id}/{one.Variant} {one.Operation} {one.Confidence}: {one.Observed}"))}";

    /// <summary>Several rules of the catalogue in one scan.</summary>
    public static async Task<ScanReport> RunAsync(ScanRequest request, params ImmutableArray<string> ids)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(120));
        return await new Scanner(TimeProvider.System).RunAsync(request with { Only = ids }, null, limit.Token);
    }

    /// <summary>What became of each of them, for messages.</summary>
    public static string SaidOfAll(ScanReport report) => string.Join(
        "\n  ",
        [report.SurveyFailure ?? "surveyed", .. report.Checks.Select(one => $"{one.Id} {one.Outcome} {one.Reason}"), .. report.Findings.Select(one => $"{one.Id}/{one.Variant} {one.Operation} {one.Confidence}: {one.Observed}")]);
}

using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Lab.Servers;
using Sallyport.Scan.Checks;
using Sallyport.Scan.Checks.Limits;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Target;
using Sallyport.Scan.Tests.Checks.Shop;

namespace Sallyport.Scan.Tests.Checks.Limits;

/// <summary>RL-001 to RL-003 on a shop with one flaw at a time, without any, and broken.</summary>
public sealed class LimitChecksTests(CheckLab lab)
{
    private static readonly ImmutableDictionary<string, Func<Check>> s_checks = new Dictionary<string, Func<Check>>
    {
        ["RL-001"] = () => new NoLimit(),
        ["RL-002"] = () => new SpoofedLimit(),
        ["RL-003"] = () => new UnboundedInput(),
    }.ToImmutableDictionary();

    public static TheoryData<string> All => [.. s_checks.Keys.Order(StringComparer.Ordinal)];

    [Theory]
    [InlineData("RL-001", ShopFlaw.NoLimit, null)]
    [InlineData("RL-002", ShopFlaw.ForwardedLimit, "forwarded")]
    [InlineData("RL-003", ShopFlaw.EndlessPage, "page")]
    [InlineData("RL-003", ShopFlaw.AnyBody, "body")]
    public async Task The_flaw_is_found(string id, ShopFlaw flaw, string? variant) =>
        ShopScan.Found(await ShopScan.RunAsync(lab, s_checks[id](), flaw, ScanMode.Intrusive), id, variant).Confidence.ShouldBe(Confidence.Firm);

    [Theory]
    [MemberData(nameof(All))]
    public async Task The_strict_shop_passes(string id) => ShopScan.Passed(await ShopScan.RunAsync(lab, s_checks[id](), ShopFlaw.None, ScanMode.Intrusive));

    [Theory]
    [MemberData(nameof(All))]
    public async Task A_broken_shop_is_undecided(string id)
    {
        await using HostileServer garbage = HostileServer.Start(HostileBehaviour.Garbage);
        ScanRequest request = ShopScan.Request(lab, garbage.Endpoint, ScanMode.Intrusive) with { Limits = new() { ProbeTimeout = TimeSpan.FromMilliseconds(200) } };
        ShopScan.Undecided(await CheckLab.RunAsync(s_checks[id](), request));
    }

    [Fact]
    public async Task Without_a_limit_there_is_none_to_reset() => ShopScan.Undecided(await ShopScan.RunAsync(lab, new SpoofedLimit(), ShopFlaw.NoLimit, ScanMode.Intrusive));

    [Fact]
    public async Task What_one_header_has_not_shown_is_not_passed_by_the_others()
    {
        int asked = 0;
        await using ApiServer server = await ApiServer.StartAsync(lab, async context =>
        {
            // A proxy that counts, and breaks where somebody writes of another address.
            bool breaks = context.Request.Headers.ContainsKey("X-Forwarded-For");
            bool counts = context.Request.Path == "/profiles/alice" && Interlocked.Increment(ref asked) > 12;
            await (breaks ? ApiServer.RefuseAsync(context, 502) : counts ? ApiServer.RefuseAsync(context, 429) : Task.CompletedTask);
            return breaks || counts;
        });
        ScanReport report = await CheckLab.RunAsync(new SpoofedLimit(), server.Request() with { Mode = ScanMode.Intrusive });
        report.Findings.ShouldBeEmpty();
        report.Checks.Single().Outcome.ShouldBe("notTested", report.Checks.Single().ToString());
        report.Checks.Single().Reason.ShouldNotBeNull().ShouldContain("x-forwarded-for");
    }

    [Fact]
    public async Task A_page_that_breaks_off_is_not_one_without_end() => ShopScan.Undecided(await ShopScan.RunAsync(lab, new UnboundedInput(), ShopFlaw.BrokenPage, ScanMode.Safe));

    [Fact]
    public async Task In_safe_mode_no_large_body_is_sent()
    {
        ScanReport report = await ShopScan.RunAsync(lab, new UnboundedInput(), ShopFlaw.AnyBody, ScanMode.Safe);
        ShopScan.Undecided(report);
    }
}

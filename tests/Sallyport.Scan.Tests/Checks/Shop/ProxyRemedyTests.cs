using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Lab.Processes;
using Sallyport.Lab.Servers;
using Sallyport.Scan.Engine;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Reports;

namespace Sallyport.Scan.Tests.Checks.Shop;

/// <summary>The weak shop behind nginx and HAProxy: what a finding prints for a proxy takes the finding away when it stands in the configuration as it is printed.</summary>
public sealed class ProxyRemedyTests(CheckLab lab)
{
    private static readonly ImmutableArray<string> s_all = ["CSRF-001", "CSRF-002", "CSRF-004", "CSRF-005", "CSRF-008", "RL-003", "AUTH-007"];

    // What the text of the remedy leaves to the application.
    private static readonly ImmutableArray<string> s_left = ["AUTH-007/in-answer", "AUTH-007/reusable", "AUTH-007/short", "CSRF-004/life", "RL-003/page"];

    [Theory]
    [InlineData(ServerStack.Nginx)]
    [InlineData(ServerStack.Haproxy)]
    public async Task What_is_printed_for_a_proxy_mends_what_it_is_printed_for(ServerStack stack)
    {
        ImmutableArray<string> ids = [.. s_all.Where(id => Printed(id, stack) is not null)];
        ids.Length.ShouldBeGreaterThan(5);

        // Nothing counts yet: guessing and bursts are found as well.
        ImmutableArray<string> naked = [.. ids, "RL-001", "AUTH-003"];
        ScanReport before = await ScanAsync(stack, [.. ids.Select(id => Printed(id, stack)?.Flaw ?? "").Distinct()], naked);
        before.Checks.Where(static one => one.Outcome == "failed").Select(static one => one.Id).Order(StringComparer.Ordinal).ShouldBe(naked.Order(StringComparer.Ordinal), ShopScan.SaidOfAll(before));

        ScanReport after = await ScanAsync(stack, [.. ids.Select(id => Printed(id, stack)?.Fix ?? "").Distinct()], ids);
        string[] left = [.. s_left.Where(one => ids.Contains(Rule(one)) && !(stack == ServerStack.Haproxy && one == "CSRF-004/life"))];
        after.Findings.Select(static one => $"{one.Id}/{one.Variant}").Order(StringComparer.Ordinal).ShouldBe(left.AsEnumerable(), ShopScan.SaidOfAll(after));
        after.Checks.Where(one => one.Outcome != "passed").Select(static one => one.Id).Order(StringComparer.Ordinal).ShouldBe(left.Select(Rule).Distinct(), ShopScan.SaidOfAll(after));
    }

    [Theory]
    [InlineData(ServerStack.Nginx)]
    [InlineData(ServerStack.Haproxy)]
    public async Task What_is_printed_for_a_proxy_limits(ServerStack stack)
    {
        ScanReport before = await ScanAsync(stack, [Printed("RL-002", stack)?.Flaw ?? ""], ["RL-002"]);
        before.Findings.ShouldHaveSingleItem(ShopScan.SaidOfAll(before)).Id.ShouldBe("RL-002");

        ScanReport after = await ScanAsync(stack, [Printed("RL-002", stack)?.Fix ?? "", Printed("AUTH-003", stack)?.Fix ?? ""], ["RL-001", "RL-002", "AUTH-003"]);
        after.Findings.ShouldBeEmpty(ShopScan.SaidOfAll(after));
        after.Checks.ShouldAllBe(one => one.Outcome == "passed", ShopScan.SaidOfAll(after));
    }

    private static string Rule(string variant) => variant[..variant.IndexOf('/', StringComparison.Ordinal)];

    private static Remedy? Printed(string id, ServerStack stack) => CheckCatalog.Find(id)?.Remedies.SingleOrDefault(one => one.Stack == stack && one.Fix is not null);

    private async Task<ScanReport> ScanAsync(ServerStack stack, ImmutableArray<string> printed, ImmutableArray<string> ids)
    {
        if (Binaries.WhyMissing(stack == ServerStack.Nginx ? NginxServer.Program : HaproxyServer.Program) is { } missing || (missing = Binaries.WhyMissing(NodeServer.Program)) is not null)
        {
            Assert.Skip(missing);
        }

        CancellationToken cancellationToken = TestContext.Current.CancellationToken;
        Dictionary<string, string> passwords = new() { ["alice"] = "alices own pass 1", ["bob"] = "bobs own pass 22" };
        await using NodeSessionShop shop = await NodeSessionShop.StartAsync(lab.Pki.Material, passwords, cancellationToken);
        await using ProxySite proxy = await ProxySite.StartAsync(stack, lab.Pki.Material, shop.Weak.Port, printed, ImmutableDictionary<string, string>.Empty, cancellationToken);
        return await ShopScan.RunAsync(ShopScan.Request(lab, proxy.Endpoint, ScanMode.Intrusive), ids);
    }
}

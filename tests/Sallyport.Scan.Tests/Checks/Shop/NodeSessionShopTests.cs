using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading.Tasks;
using Sallyport.Lab.Processes;
using Sallyport.Lab.Servers;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Reports;

namespace Sallyport.Scan.Tests.Checks.Shop;

/// <summary>The same checks on a server of another make: Node, weak in everything, and strict.</summary>
public sealed class NodeSessionShopTests(CheckLab lab, NodeSessionShopTests.Servers servers) : IClassFixture<NodeSessionShopTests.Servers>
{
    private static readonly ImmutableArray<string> s_all =
    [
        "CSRF-001", "CSRF-002", "CSRF-003", "CSRF-004", "CSRF-005", "CSRF-006", "CSRF-007", "CSRF-008", "RACE-001", "RACE-002", "RACE-003", "RACE-004", "RACE-005",
        "AUTH-003", "AUTH-004", "AUTH-005", "AUTH-006", "AUTH-007", "RL-001", "RL-002", "RL-003",
    ];

    // What a server that limits nothing, and mixes nobody up, cannot show.
    private static readonly ImmutableArray<string> s_notWeak = ["RACE-005", "AUTH-005", "RL-002"];

    [Fact]
    public async Task The_weak_one_fails_in_every_rule()
    {
        ScanReport report = await ScanAsync((await servers.StartAsync(lab)).Weak, [.. s_all.Except(s_notWeak)]);
        report.Checks.Where(static one => one.Outcome != "failed").ShouldBeEmpty(ShopScan.SaidOfAll(report));
        report.Findings.ShouldAllBe(static one => one.Confidence != Confidence.Suspect, ShopScan.SaidOfAll(report));
    }

    [Fact]
    public async Task The_strict_one_gets_no_finding()
    {
        ScanReport report = await ScanAsync((await servers.StartAsync(lab)).Strict, s_all);
        report.Findings.ShouldBeEmpty(ShopScan.SaidOfAll(report));
        report.Checks.Where(static one => one.Passed == 0).ShouldBeEmpty(ShopScan.SaidOfAll(report));
    }

    [Fact]
    public async Task The_mixed_one_fails()
    {
        ScanReport report = await ScanAsync((await servers.StartAsync(lab)).Mixed, ["RACE-005", "RL-002"]);
        report.Checks.ShouldAllBe(static one => one.Outcome == "failed", ShopScan.SaidOfAll(report));
    }

    private Task<ScanReport> ScanAsync(LabEndpoint site, ImmutableArray<string> ids) => ShopScan.RunAsync(ShopScan.Request(lab, site, ScanMode.Intrusive), ids);

    /// <summary>A fresh Node for each test: what one test uses up, or locks, must not be the next one's.</summary>
    public sealed class Servers : IAsyncDisposable
    {
        private readonly List<NodeSessionShop> _started = [];

        public async Task<NodeSessionShop> StartAsync(CheckLab lab)
        {
            if (Binaries.WhyMissing(NodeServer.Program) is { } missing)
            {
                Assert.Skip(missing);
            }

            Dictionary<string, string> passwords = new() { ["alice"] = "alices own pass 1", ["bob"] = "bobs own pass 22" };
            NodeSessionShop shop = await NodeSessionShop.StartAsync(lab.Pki.Material, passwords, TestContext.Current.CancellationToken);
            _started.Add(shop);
            return shop;
        }

        public async ValueTask DisposeAsync()
        {
            foreach (NodeSessionShop shop in _started)
            {
                await shop.DisposeAsync();
            }
        }
    }
}

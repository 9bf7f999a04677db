using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading.Tasks;
using Sallyport.Lab.Processes;
using Sallyport.Lab.Servers;
using Sallyport.Scan.Checks;
using Sallyport.Scan.Checks.Limits;
using Sallyport.Scan.Checks.Logins;
using Sallyport.Scan.Checks.Races;
using Sallyport.Scan.Checks.Sessions;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Reports;

namespace Sallyport.Scan.Tests.Checks.Shop;

/// <summary>The same checks on a server of another make: Node, weak in everything, and strict.</summary>
public sealed class NodeSessionShopTests(CheckLab lab, NodeSessionShopTests.Servers servers) : IClassFixture<NodeSessionShopTests.Servers>
{
    private static readonly ImmutableDictionary<string, Func<Check>> s_checks = new Dictionary<string, Func<Check>>
    {
        ["CSRF-001"] = () => new CrossSiteWrite(),
        ["CSRF-002"] = () => new ForgedFormToken(),
        ["CSRF-003"] = () => new ChangingRead(),
        ["CSRF-004"] = () => new CookieAttributes(),
        ["CSRF-005"] = () => new CrossOriginReads(),
        ["CSRF-006"] = () => new FixedSession(),
        ["CSRF-007"] = () => new SessionAfterLogout(),
        ["CSRF-008"] = () => new CrossSiteSocket(),
        ["RACE-001"] = () => new LimitOnce(),
        ["RACE-002"] = () => new CheckThenUse(),
        ["RACE-003"] = () => new DeleteAndUse(),
        ["RACE-004"] = () => new LostUpdate(),
        ["RACE-005"] = () => new MixedAnswers(),
        ["AUTH-003"] = () => new BruteForce(),
        ["AUTH-004"] = () => new AccountEnumeration(),
        ["AUTH-005"] = () => new WeakCredentials(),
        ["AUTH-006"] = () => new WeakRegistration(),
        ["AUTH-007"] = () => new PasswordReset(),
        ["RL-001"] = () => new NoLimit(),
        ["RL-002"] = () => new SpoofedLimit(),
        ["RL-003"] = () => new UnboundedInput(),
    }.ToImmutableDictionary();

    // What a server that limits nothing, and mixes nobody up, cannot show.
    private static readonly ImmutableArray<string> s_notWeak = ["RACE-005", "AUTH-005", "RL-002"];

    public static TheoryData<string> All => [.. s_checks.Keys.Order(StringComparer.Ordinal)];

    public static TheoryData<string> Weak => [.. s_checks.Keys.Except(s_notWeak).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Weak))]
    public async Task The_weak_one_fails(string id)
    {
        ScanReport report = await CheckLab.RunAsync(s_checks[id](), ShopScan.Request(lab, (await servers.StartAsync(lab)).Weak, ScanMode.Intrusive));
        report.Findings.ShouldNotBeEmpty(ShopScan.Said(report));
        report.Findings.ShouldAllBe(one => one.Id == id && one.Confidence != Confidence.Suspect, ShopScan.Said(report));
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task The_strict_one_gets_no_finding(string id)
    {
        ScanReport report = await CheckLab.RunAsync(s_checks[id](), ShopScan.Request(lab, (await servers.StartAsync(lab)).Strict, ScanMode.Intrusive));
        report.Findings.ShouldBeEmpty(ShopScan.Said(report));
        report.Checks.Single().Passed.ShouldBeGreaterThan(0, ShopScan.Said(report));
    }

    [Theory]
    [InlineData("RACE-005")]
    [InlineData("RL-002")]
    public async Task The_mixed_one_fails(string id)
    {
        ScanReport report = await CheckLab.RunAsync(s_checks[id](), ShopScan.Request(lab, (await servers.StartAsync(lab)).Mixed, ScanMode.Intrusive));
        report.Findings.ShouldHaveSingleItem(ShopScan.Said(report)).Id.ShouldBe(id);
    }

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

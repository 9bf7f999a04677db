using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Security.Cryptography.X509Certificates;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using Sallyport.Lab.Servers;
using Sallyport.Scan.Checks;
using Sallyport.Scan.Checks.Races;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Target;
using Sallyport.Scan.Tests.Checks.Shop;

namespace Sallyport.Scan.Tests.Checks.Races;

/// <summary>RACE-001 to RACE-006 on a shop with one flaw at a time, without any, and broken.</summary>
public sealed class RaceChecksTests(CheckLab lab)
{
    private static readonly ImmutableDictionary<string, Func<Check>> s_checks = new Dictionary<string, Func<Check>>
    {
        ["RACE-001"] = () => new LimitOnce(),
        ["RACE-002"] = () => new CheckThenUse(),
        ["RACE-003"] = () => new DeleteAndUse(),
        ["RACE-004"] = () => new LostUpdate(),
        ["RACE-005"] = () => new MixedAnswers(),
    }.ToImmutableDictionary();

    public static TheoryData<string> All => [.. s_checks.Keys.Order(StringComparer.Ordinal)];

    [Theory]
    [InlineData("RACE-001", ShopFlaw.CouponRace, Confidence.Confirmed)]
    [InlineData("RACE-002", ShopFlaw.LingeringRight, Confidence.Confirmed)]
    [InlineData("RACE-003", ShopFlaw.Resurrection, Confidence.Confirmed)]
    [InlineData("RACE-004", ShopFlaw.StaleMatch, Confidence.Confirmed)]
    [InlineData("RACE-004", ShopFlaw.MatchRace, Confidence.Firm)]
    [InlineData("RACE-005", ShopFlaw.SharedCaller, Confidence.Confirmed)]
    public async Task The_race_is_won_and_proved(string id, ShopFlaw flaw, Confidence confidence)
    {
        ScanReport report = await ShopScan.RunAsync(lab, s_checks[id](), flaw, ScanMode.Intrusive);
        ShopScan.Found(report, id).Confidence.ShouldBe(confidence, ShopScan.Said(report));
    }

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

    [Theory]
    [InlineData("RACE-001")]
    [InlineData("RACE-002")]
    [InlineData("RACE-003")]
    public async Task Where_nothing_of_the_kind_is_known_nothing_is_passed(string id)
    {
        ScanReport report = await ShopScan.RunAsync(lab, s_checks[id](), ShopFlaw.None, ScanMode.Intrusive, request => request with
        {
            Operations = [.. request.Operations.Where(one => one.PathTemplate is "/me" or "/account")],
        });
        ShopScan.Undecided(report);
    }

    [Fact]
    public async Task Without_an_ETag_there_is_no_update_to_lose()
    {
        ScanReport report = await ShopScan.RunAsync(lab, new LostUpdate(), ShopFlaw.None, ScanMode.Active, request => request with
        {
            Operations = [.. request.Operations.Where(one => one.PathTemplate is "/me" or "/things/{thing}")],
        });
        report.Checks.Single().Outcome.ShouldBe("notApplicable", ShopScan.Said(report));
    }

    [Fact]
    public async Task A_call_that_may_be_made_twice_is_not_limited()
    {
        int redeemed = 0;
        await using HandlerServer server = await HandlerServer.StartAsync(lab.Pki.Material.ServerIdentity, context =>
        {
            if (context.Connection.ClientCertificate?.Issuer != lab.Pki.Alice.Certificate.Issuer)
            {
                context.Response.StatusCode = 403;
                return Task.CompletedTask;
            }

            redeemed += context.Request.Method == "POST" ? 1 : 0;
            context.Response.StatusCode = context.Request.Path.StartsWithSegments("/coupons/one") ? 200 : 404;
            return context.Response.WriteAsync($$"""{"mark":"mark-of-nobody-else-1","redemptions":{{redeemed}}}""");
        });
        Operation read = new() { Method = "GET", PathTemplate = "/coupons/{code}", DeclaredProtected = true, Parameters = [new("code", "path", true, ["one"])] };
        ScanRequest request = lab.Request(server.Endpoint) with { Mode = ScanMode.Intrusive, Operations = [read, read with { Method = "POST", PathTemplate = "/coupons/{code}/redeem", DeclaredProtected = false }] };
        ScanReport report = await CheckLab.RunAsync(new LimitOnce(), request with { Identities = [request.Identities[0] with { Values = request.Identities[0].Values.SetItem("code", "one") }] });
        report.Checks.Single().Outcome.ShouldBe("notApplicable", ShopScan.Said(report));
        redeemed.ShouldBe(2);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_open_connection_that_outlives_the_revocation_is_a_finding_and_one_that_ends_a_fact(bool looksAgain)
    {
        string folder = Directory.CreateTempSubdirectory("sallyport-window-").FullName;
        string flag = Path.Combine(folder, "revoked");
        string dave = lab.Pki.Root.Certificate.SerialNumber;
        HashSet<string> open = [];
        await using HandlerServer server = await HandlerServer.StartAsync(lab.Pki.Material.ServerIdentity, context =>
        {
            X509Certificate2? certificate = context.Connection.ClientCertificate;
            bool revoked = certificate?.SerialNumber == dave && File.Exists(flag);
            // What was let in once stays in, unless it is looked at each time.
            bool known = !looksAgain && open.Contains(context.Connection.Id);
            if (certificate?.Issuer != lab.Pki.Alice.Certificate.Issuer || (revoked && !known))
            {
                context.Response.StatusCode = 403;
                return Task.CompletedTask;
            }

            open.Add(context.Connection.Id);
            string name = context.Request.Path.Value?.Split('/')[^1] ?? "";
            context.Response.StatusCode = context.Request.Path.StartsWithSegments("/profiles") && name is "alice" or "root" ? 200 : 404;
            return context.Response.WriteAsync(LabApi.Profile(name));
        });
        try
        {
            ScanRequest request = lab.Request(server.Endpoint);
            Identity revocable = CheckLab.Identity(lab.Pki.Root) with { Name = "dave", State = IdentityState.Revocable, Disposable = true };
            ScanReport report = await CheckLab.RunAsync(new RevokeWindow(TimeSpan.FromSeconds(2)), request with
            {
                Identities = request.Identities.Add(revocable),
                Mode = ScanMode.Intrusive,
                AllowHooks = true,
                Hooks = new() { Revoke = ["touch", flag], Restore = ["rm", "-f", flag] },
            });
            File.Exists(flag).ShouldBeFalse();
            if (looksAgain)
            {
                report.Findings.ShouldBeEmpty(ShopScan.Said(report));
                report.Checks.Single().Outcome.ShouldBe("passed", ShopScan.Said(report));
                report.Facts.Count(fact => fact.Id == "RACE-006").ShouldBe(3);
            }
            else
            {
                ShopScan.Found(report, "RACE-006", "open-connection");
                report.Facts.Count(fact => fact.Id == "RACE-006").ShouldBeGreaterThan(0);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Without_hooks_the_window_is_not_looked_at()
    {
        ShopScan.Undecided(await ShopScan.RunAsync(lab, new RevokeWindow(), ShopFlaw.None, ScanMode.Intrusive));
    }
}

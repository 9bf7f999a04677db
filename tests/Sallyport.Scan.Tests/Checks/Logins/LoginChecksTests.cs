using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading.Tasks;
using Sallyport.Lab.Servers;
using Sallyport.Scan.Checks;
using Sallyport.Scan.Checks.Logins;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Target;
using Sallyport.Scan.Tests.Checks.Shop;

namespace Sallyport.Scan.Tests.Checks.Logins;

/// <summary>AUTH-003 to AUTH-007 on a shop with one flaw at a time, without any, and broken.</summary>
public sealed class LoginChecksTests(CheckLab lab, ShopReports reports) : IClassFixture<ShopReports>
{
    private static readonly ImmutableDictionary<string, Func<Check>> s_checks = new Dictionary<string, Func<Check>>
    {
        ["AUTH-003"] = () => new BruteForce(),
        ["AUTH-004"] = () => new AccountEnumeration(),
        ["AUTH-005"] = () => new WeakCredentials(),
        ["AUTH-006"] = () => new WeakRegistration(),
        ["AUTH-007"] = () => new PasswordReset(),
    }.ToImmutableDictionary();

    public static TheoryData<string> All => [.. s_checks.Keys.Order(StringComparer.Ordinal)];

    [Theory]
    [InlineData("AUTH-003", ShopFlaw.EndlessGuesses, null, Confidence.Firm)]
    [InlineData("AUTH-004", ShopFlaw.TalkativeLogin, "login", Confidence.Firm)]
    [InlineData("AUTH-005", ShopFlaw.AnyPassword, "any", Confidence.Confirmed)]
    [InlineData("AUTH-006", ShopFlaw.WeakPasswords, "common", Confidence.Confirmed)]
    [InlineData("AUTH-006", ShopFlaw.WeakPasswords, "short", Confidence.Confirmed)]
    [InlineData("AUTH-006", ShopFlaw.WeakPasswords, "same-as-name", Confidence.Confirmed)]
    [InlineData("AUTH-007", ShopFlaw.OpenReset, "in-answer", Confidence.Confirmed)]
    [InlineData("AUTH-007", ShopFlaw.OpenReset, "reusable", Confidence.Confirmed)]
    [InlineData("AUTH-007", ShopFlaw.OpenReset, "short", Confidence.Firm)]
    [InlineData("AUTH-007", ShopFlaw.HostLink, "host", Confidence.Confirmed)]
    public async Task The_flaw_is_found_and_proved(string id, ShopFlaw flaw, string? variant, Confidence confidence)
    {
        ScanReport report = await reports.OfAsync(id, flaw, () => ShopScan.RunAsync(lab, s_checks[id](), flaw, ScanMode.Intrusive));
        report.Findings.ShouldContain(one => one.Id == id && one.Variant == variant && one.Confidence == confidence, ShopScan.Said(report));
        report.Findings.ShouldAllBe(one => one.Id == id);
    }

    [Theory]
    [InlineData(ShopFlaw.FastRefusal, "failed", 0)]
    [InlineData(ShopFlaw.RestlessHash, "notTested", 1)]
    [InlineData(ShopFlaw.EndlessGuesses, "passed", 2)]
    public async Task The_time_of_a_login_is_told_when_it_can_be_told(ShopFlaw flaw, string outcome, int passed)
    {
        ScanReport report = await ShopScan.TimedAsync(lab, new AccountEnumeration(), flaw, ScanMode.Intrusive);
        report.Findings.Select(one => (one.Variant, one.Confidence)).ShouldBe(outcome == "failed" ? [("login-time", Confidence.Firm)] : [], ShopScan.Said(report));
        report.Checks.Single().Outcome.ShouldBe(outcome, ShopScan.Said(report));
        report.Checks.Single().Passed.ShouldBeGreaterThanOrEqualTo(passed, ShopScan.Said(report));
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task The_strict_shop_gets_no_finding(string id)
    {
        ScanReport report = await ShopScan.RunAsync(lab, s_checks[id](), ShopFlaw.None, ScanMode.Intrusive);
        report.Findings.ShouldBeEmpty(ShopScan.Said(report));
        // A limit that comes for all alike ends the samples of AUTH-004; what AUTH-007 looks for goes out by mail.
        report.Checks.Single().Outcome.ShouldBe(id is "AUTH-004" or "AUTH-007" ? "notTested" : "passed", ShopScan.Said(report));
        report.Checks.Single().Passed.ShouldBeGreaterThan(0, ShopScan.Said(report));
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task A_broken_shop_is_undecided(string id)
    {
        await using HostileServer garbage = HostileServer.Start(HostileBehaviour.Garbage);
        ScanRequest request = ShopScan.Request(lab, garbage.Endpoint, ScanMode.Intrusive) with { Limits = new() { ProbeTimeout = TimeSpan.FromMilliseconds(200) } };
        ShopScan.Undecided(await CheckLab.RunAsync(s_checks[id](), request));
    }

    [Theory]
    [InlineData("AUTH-003")]
    [InlineData("AUTH-004")]
    [InlineData("AUTH-005")]
    [InlineData("AUTH-007")]
    public async Task Nobody_who_is_not_disposable_is_tried_wrongly(string id)
    {
        await using ShopServer shop = ShopServer.Start(ShopFlaw.EndlessGuesses, lab.Pki.Material.ServerIdentity);
        ScanRequest request = ShopScan.Request(lab, shop.Endpoint, ScanMode.Intrusive);
        ScanReport report = await CheckLab.RunAsync(s_checks[id](), request with { Identities = [.. request.Identities.Select(one => one with { Disposable = false })] });
        ShopScan.Undecided(report);
        report.Checks.Single().Needs.ShouldContain(need => need.Contains("disposable", StringComparison.Ordinal));
        shop.WrongLogins.ShouldBe(0);
    }

    [Theory]
    [InlineData("client_id", true, "notApplicable")]
    [InlineData("client_id", false, "notTested")]
    [InlineData("word", true, "notTested")]
    public async Task A_login_that_needs_no_password_has_no_weak_one(string field, bool served, string outcome)
    {
        await using ApiServer server = await ApiServer.StartAsync(lab, async context =>
        {
            bool token = context.Request.Path == "/token";
            await (!token ? Task.CompletedTask : served ? ApiServer.JsonAsync(context, "{\"access_token\":\"sp-token-0f1e2d3c4b5a\"}") : ApiServer.RefuseAsync(context, 401));
            return token;
        });
        ScanRequest request = server.Request();
        Login login = new() { Path = "/token", TokenMember = "access_token", Form = ImmutableDictionary<string, Secret>.Empty.Add("grant_type", new("client_credentials")).Add(field, new("bob")) };
        CheckSummary check = (await CheckLab.RunAsync(new WeakCredentials(), request with { Identities = [.. request.Identities.Select(one => one.Name == "bob" ? one with { Disposable = true, Login = login } : one)] })).Checks[0];
        check.Outcome.ShouldBe(outcome, check.ToString());
    }

    [Theory]
    [InlineData("123456", "failed")]
    [InlineData("bobs own pass 22", "notTested")]
    public async Task In_safe_mode_only_the_declared_password_is_judged(string password, string outcome)
    {
        await using ShopServer shop = ShopServer.Start(ShopFlaw.AnyPassword, lab.Pki.Material.ServerIdentity);
        ScanRequest request = ShopScan.Request(lab, shop.Endpoint, ScanMode.Safe);
        ScanReport report = await CheckLab.RunAsync(new WeakCredentials(), request with { Identities = [request.Identities[0], request.Identities[1] with { Login = ShopScan.Login("bob", password) }] });
        report.Checks.Single().Outcome.ShouldBe(outcome, ShopScan.Said(report));
        report.Findings.Select(one => one.Variant).ShouldBe(outcome == "failed" ? ["known"] : []);
        shop.WrongLogins.ShouldBe(0);
    }

    [Theory]
    [InlineData(ScanMode.Safe)]
    [InlineData(ScanMode.Intrusive)]
    public async Task A_usual_password_that_is_refused_passes_alone(ScanMode mode)
    {
        await using ShopServer shop = ShopServer.Start(ShopFlaw.None, lab.Pki.Material.ServerIdentity);
        ScanRequest request = ShopScan.Request(lab, shop.Endpoint, mode);
        ScanReport report = await CheckLab.RunAsync(new WeakCredentials(), request with { Identities = [request.Identities[0], request.Identities[1] with { Login = ShopScan.Login("bob", "123456") }] });
        ShopScan.Undecided(report);
        (report.Checks.Single().Passed, report.Checks.Single().NotTested).ShouldBe((1, 1), ShopScan.Said(report));
        shop.WrongLogins.ShouldBe(2); // the scan's own login, and the declared one: nothing is guessed
    }
}

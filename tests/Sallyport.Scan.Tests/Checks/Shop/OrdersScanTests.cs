using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading.Tasks;
using OrdersApi.App;
using Sallyport.Scan.Checks;
using Sallyport.Scan.Checks.Limits;
using Sallyport.Scan.Checks.Logins;
using Sallyport.Scan.Checks.Races;
using Sallyport.Scan.Checks.Sessions;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Target;
using Sallyport.Scan.Tests.Samples;

namespace Sallyport.Scan.Tests.Checks.Shop;

/// <summary>The checks of sessions, races, logins and limits on the sample, strict and with one switch on.</summary>
public sealed class OrdersScanTests
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

    public static TheoryData<string> All => [.. s_checks.Keys.Order(StringComparer.Ordinal)];

    [Theory]
    [InlineData("CSRF-001", "CrossSiteForms")]
    [InlineData("CSRF-002", "FormTokenIgnored")]
    [InlineData("CSRF-003", "ChangeByGet")]
    [InlineData("CSRF-004", "PoorCookie")]
    [InlineData("CSRF-005", "ReflectedOrigin")]
    [InlineData("CSRF-006", "FixedSession")]
    [InlineData("CSRF-007", "SessionOutlivesLogout")]
    [InlineData("CSRF-008", "OpenEvents")]
    [InlineData("RACE-001", "CouponRace")]
    [InlineData("RACE-002", "LateDecision")]
    [InlineData("RACE-003", "RevivedOrder")]
    [InlineData("RACE-004", "IfMatchIgnored")]
    [InlineData("RACE-005", "SharedAnswer")]
    [InlineData("AUTH-003", "UnlimitedLogins")]
    [InlineData("AUTH-004", "LoginTells")]
    [InlineData("AUTH-005", "DefaultPassword")]
    [InlineData("AUTH-006", "WeakPasswords")]
    [InlineData("AUTH-007", "ResetTells")]
    [InlineData("RL-001", "NoRateLimit")]
    [InlineData("RL-002", "SpoofedRateLimit")]
    public async Task The_switch_is_found(string id, string name)
    {
        if (!Enum.TryParse(name, out Weakness weakness))
        {
            Assert.Skip($"the sample has no switch {name}");
        }

        await using OrdersLab lab = await OrdersLab.StartAsync(weakness);
        ScanReport report = await CheckLab.RunAsync(s_checks[id](), Request(lab, id));
        report.Findings.ShouldNotBeEmpty(ShopScan.Said(report));
        report.Findings.ShouldAllBe(one => one.Id == id && one.Confidence != Confidence.Suspect, ShopScan.Said(report));
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task The_strict_sample_gets_no_finding(string id)
    {
        await using OrdersLab lab = await OrdersLab.StartAsync();
        ScanReport report = await CheckLab.RunAsync(s_checks[id](), Request(lab, id));
        report.Findings.ShouldBeEmpty(ShopScan.Said(report));
    }

    private static ScanRequest Request(OrdersLab lab, string id)
    {
        // Browsers log in; the token API of the other rules keeps its tokens.
        bool browser = id.StartsWith("CSRF-00", StringComparison.Ordinal);
        Operation logout = new() { Method = "POST", PathTemplate = "/logout", Body = new("application/x-www-form-urlencoded", true, null, []) };
        return lab.Request with
        {
            Mode = ScanMode.Intrusive,
            Operations = [.. lab.Request.Operations, logout],
            Identities = [.. lab.Request.Identities.Select(identity => identity with
            {
                Cookie = browser ? null : identity.Cookie,
                Login = (browser || identity.Disposable) && identity.Name != "carol" ? Login(lab, identity.Name, id) : null,
            })],
        };
    }

    private static Login Login(OrdersLab lab, string name, string id)
    {
        (string user, string password) = id == "AUTH-005" && lab.Weaknesses.Contains(Weakness.DefaultPassword) ? ("admin", "admin") : (name, lab.PasswordOf(name switch
        {
            "alice" => lab.Pki.Alice,
            "bob" => lab.Pki.Bob,
            "root" => lab.Pki.Root,
            _ => lab.Pki.Dave,
        }));
        return new() { Path = "/session", Json = new Secret($$"""{"login":"{{user}}","password":"{{password}}"}""") };
    }
}

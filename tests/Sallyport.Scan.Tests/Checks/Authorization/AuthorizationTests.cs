using System.Linq;
using System.Threading.Tasks;
using Sallyport.Scan.Checks;
using Sallyport.Scan.Checks.Authorization;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Tests.Checks.Authorization;

/// <summary>AUTHZ-001 to AUTHZ-014, AUTH-001 and AUTH-002: each fails on the shop with its flaw and passes on the strict one; no broken server gets either.</summary>
public sealed class AuthorizationTests(CheckLab lab)
{
    public static TheoryData<string, string, string, ScanMode, Confidence> Flaws { get; } = new()
    {
        { "AUTHZ-001", "owner", "GET /orders/{orderId}", ScanMode.Safe, Confidence.Firm },
        { "AUTHZ-002", "write", "PUT /profiles/{name}", ScanMode.Intrusive, Confidence.Confirmed },
        { "AUTHZ-002", "patch", "PATCH /profiles/{name}", ScanMode.Intrusive, Confidence.Confirmed },
        { "AUTHZ-002", "delete", "DELETE /orders/{orderId}", ScanMode.Intrusive, Confidence.Confirmed },
        { "AUTHZ-003", "nested", "GET /orders/{orderId}/lines/{line}", ScanMode.Safe, Confidence.Firm },
        { "AUTHZ-004", "query", "GET /me", ScanMode.Safe, Confidence.Firm },
        { "AUTHZ-004", "pollution", "GET /me", ScanMode.Safe, Confidence.Firm },
        { "AUTHZ-004", "header", "GET /me", ScanMode.Safe, Confidence.Firm },
        { "AUTHZ-005", "list", "GET /orders", ScanMode.Safe, Confidence.Firm },
        { "AUTHZ-006", "role", "GET /admin/accounts", ScanMode.Safe, Confidence.Firm },
        { "AUTHZ-006", "lower case", "GET /admin/accounts", ScanMode.Active, Confidence.Firm },
        { "AUTHZ-007", "patch", "PATCH /profiles/{name}", ScanMode.Intrusive, Confidence.Suspect },
        { "AUTHZ-008", "anonymous", "GET /audit", ScanMode.Safe, Confidence.Firm },
        { "AUTHZ-009", "anonymous write", "PUT /profiles/{name}", ScanMode.Active, Confidence.Confirmed },
        { "AUTHZ-010", "exists", "GET /orders/{orderId}", ScanMode.Safe, Confidence.Firm },
        { "AUTHZ-011", "assign", "PUT /profiles/{name}", ScanMode.Active, Confidence.Confirmed },
        { "AUTHZ-012", "hash", "GET /profiles/{name}", ScanMode.Safe, Confidence.Firm },
        { "AUTHZ-012", "undeclared", "GET /profiles/{name}", ScanMode.Safe, Confidence.Firm },
        { "AUTHZ-014", "stale", "POST /admin/accounts/{account}/role", ScanMode.Intrusive, Confidence.Confirmed },
        { "AUTH-001", "no authentication", "GET /orders/{orderId}", ScanMode.Safe, Confidence.Firm },
        { "AUTH-001", "garbage", "GET /orders/{orderId}", ScanMode.Safe, Confidence.Firm },
        { "AUTH-002", "override", "GET /profiles/{name}", ScanMode.Safe, Confidence.Confirmed },
        { "AUTH-002", "head", "GET /profiles/{name}", ScanMode.Safe, Confidence.Firm },
    };

    public static TheoryData<string, ScanMode> Rules { get; } = [.. Flaws.Select(static row => row.Data).Select(static row => new TheoryDataRow<string, ScanMode>(row.Item1, row.Item4)).DistinctBy(static row => row.Data)];

    [Theory]
    [MemberData(nameof(Flaws))]
    public async Task A_shop_with_the_flaw_fails(string rule, string flaw, string operation, ScanMode mode, Confidence confidence)
    {
        await using ShopServer shop = await ShopServer.StartAsync(lab, flaw);
        string before = shop.State();

        ScanReport report = await CheckLab.RunAsync(Check(rule), Shop.Request(lab, shop.Endpoint, mode));

        Finding? finding = report.Findings.FirstOrDefault(one => one.Operation == operation);
        finding.ShouldNotBeNull(Told(report));
        finding.Id.ShouldBe(rule);
        finding.Confidence.ShouldBe(confidence, finding.Observed);
        finding.Evidence.ShouldNotBeEmpty();
        shop.State().ShouldBe(before);
        report.Writes.Where(static one => one.State is WriteState.Open or WriteState.NotRestored).ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public async Task The_strict_shop_passes(string rule, ScanMode mode)
    {
        await using ShopServer shop = await ShopServer.StartAsync(lab);
        string before = shop.State();

        ScanReport report = await CheckLab.RunAsync(Check(rule), Shop.Request(lab, shop.Endpoint, mode));

        report.Findings.ShouldBeEmpty(Told(report));
        report.Checks.Single().Passed.ShouldBeGreaterThan(0, Told(report));
        shop.State().ShouldBe(before);
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public async Task A_server_that_says_the_same_to_everything_or_nothing_of_use_is_undecided(string rule, ScanMode mode)
    {
        foreach (string flaw in new[] { "broken", "limited", "everything", "restless", "fading" })
        {
            await using ShopServer shop = await ShopServer.StartAsync(lab, flaw);

            ScanReport report = await CheckLab.RunAsync(Check(rule), Shop.Request(lab, shop.Endpoint, mode));

            report.Findings.ShouldBeEmpty($"{flaw}: {Told(report)}");
            if (flaw != "fading")
            {
                report.Checks.Single().Passed.ShouldBe(0, $"{flaw}: {Told(report)}");
            }
        }
    }

    [Theory]
    [InlineData(401, "notApplicable")]
    [InlineData(503, "notTested")]
    public async Task Where_any_certificate_is_served_what_nobody_gets_is_still_this_rules_question(int nobody, string outcome)
    {
        await using ApiServer server = await ApiServer.StartAsync(
            lab,
            async context =>
            {
                bool bare = ApiServer.Caller(context) is null;
                await (bare ? ApiServer.RefuseAsync(context, nobody) : Task.CompletedTask);
                return bare;
            },
            static _ => "alice");

        ScanReport report = await CheckLab.RunAsync(Check("AUTH-001"), server.Request() with { Operations = [CheckLab.Profiles] });

        report.Findings.ShouldBeEmpty(Told(report));
        report.Checks.Single().Outcome.ShouldBe(outcome, Told(report));
    }

    [Theory]
    [InlineData(403, 2, 0)]
    [InlineData(503, 1, 1)]
    [InlineData(0, 1, 1)]
    public async Task Where_an_account_is_told_nothing_nobody_can_say_that_it_is_not_refused(int told, int passed, int notTested)
    {
        await using ApiServer server = await ApiServer.StartAsync(lab, async context =>
        {
            if (context.Request.Path != "/admin/accounts" || ApiServer.Caller(context) is null or "root")
            {
                return false;
            }

            if (told == 0)
            {
                context.Abort();
                return true;
            }

            await ApiServer.RefuseAsync(context, told);
            return true;
        });

        ScanReport report = await CheckLab.RunAsync(new AnonymousPreferred(), server.Request());

        CheckSummary only = report.Checks.Single();
        (only.Passed, only.NotTested, only.NotApplicable).ShouldBe((passed, notTested, 0), Told(report));
        (only.Reason ?? "").ShouldContain(notTested > 0 ? "is not known: alice" : "", Case.Sensitive, Told(report));
    }

    [Fact]
    public async Task A_204_that_changes_nothing_is_no_finding()
    {
        await using ShopServer shop = await ShopServer.StartAsync(lab, "silent");

        ScanReport report = await CheckLab.RunAsync(new ForeignWrite(), Shop.Request(lab, shop.Endpoint, ScanMode.Intrusive));

        report.Findings.ShouldBeEmpty(Told(report));
        report.Checks.Single().Passed.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task Administrators_and_what_the_matrix_allows_are_no_finding()
    {
        await using ShopServer shop = await ShopServer.StartAsync(lab, "owner");
        ScanRequest request = Shop.Request(lab, shop.Endpoint);

        ScanReport report = await CheckLab.RunAsync(new ForeignRead(), request with { Expect = new() { Matrix = ["bob GET /orders/* allow"] } });

        report.Findings.ShouldBeEmpty(Told(report));
        (await CheckLab.RunAsync(new ForeignRead(), request with { Expect = new() { Matrix = ["bob GET /orders/* deny"] } })).Findings.ShouldHaveSingleItem().Confidence.ShouldBe(Confidence.Confirmed);
    }

    [Fact]
    public async Task Ids_come_from_the_owners_own_list()
    {
        await using ShopServer shop = await ShopServer.StartAsync(lab, "owner");
        ScanRequest request = Shop.Request(lab, shop.Endpoint);
        request = request with { Identities = [.. request.Identities.Select(static one => one with { Values = one.Values.Remove("orderId").Remove("line") })] };

        ScanReport report = await CheckLab.RunAsync(new ForeignRead(), request);

        Finding finding = report.Findings.ShouldHaveSingleItem(Told(report));
        finding.Operation.ShouldBe("GET /orders/{orderId}");
        finding.Observed.ShouldContain("/orders/17");
    }

    private static Check Check(string rule) => new Check[]
    {
        new AnonymousPreferred(), new AnonymousWrite(), new ClaimedOwner(), new DeclaredMatrix(), new ExistenceOracle(), new ForeignRead(),
        new ForeignWrite(), new ListLeak(), new MassAssignment(), new MethodAsymmetry(), new MethodBypass(), new MissingAuthentication(),
        new MixedParents(), new OverExposure(), new PrivilegedFunction(), new StalePrivilege(),
    }.Single(check => check.Info.Id == rule);

    private static string Told(ScanReport report) => string.Join("\n", report.Checks.Select(static one => one.ToString()).Concat(report.Findings.Select(static one => one.ToString())));
}

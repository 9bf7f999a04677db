using System;
using System.Collections.Immutable;
using System.Linq;
using System.Threading.Tasks;
using Sallyport.Scan.Api;
using Sallyport.Scan.Checks.Authorization;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Tests.Checks.Authorization;

/// <summary>AUTHZ-013: the matrix of identities, operations and credentials, and what is declared of it.</summary>
public sealed class DeclaredMatrixTests(CheckLab lab)
{
    private static readonly ImmutableArray<string> s_right =
        [
            "* GET /** deny", "* GET /me allow", "* GET /orders allow", "* GET /health allow", "alice GET /profiles/alice allow", "bob GET /profiles/bob allow",
            "alice GET /orders/17/** allow", "bob GET /orders/18/** allow", "root GET /** allow", "none GET /** deny", "none GET /health allow",
        ];

    [Fact]
    public async Task Every_identity_is_shown_with_each_of_its_credentials()
    {
        await using ShopServer shop = await ShopServer.StartAsync(lab, "certificate is enough");

        ScanReport report = await CheckLab.RunAsync(new DeclaredMatrix(), Shop.Request(lab, shop.Endpoint));

        string Cell(string identity, string operation, string credentials) =>
            report.Matrix.Single(cell => cell.Identity == identity && cell.Operation == operation && cell.Credentials == credentials).Verdict;
        Cell("alice", "GET /profiles/{name}", "both").ShouldBe("accepted");
        Cell("alice", "GET /profiles/{name}", "certificate").ShouldBe("accepted");
        Cell("alice", "GET /profiles/{name}", "token").ShouldBe("rejected");
        Cell("none", "GET /profiles/{name}", "neither").ShouldBe("rejected");
        Cell("bob", "GET /admin/accounts", "both").ShouldBe("rejected");
        Cell("root", "GET /admin/accounts", "both").ShouldBe("accepted");
        Cell("none", "GET /health", "neither").ShouldBe("accepted");
        report.Matrix.ShouldNotContain(cell => cell.Operation.StartsWith("PUT", StringComparison.Ordinal));
        report.Checks.Single().Needs.ShouldContain(need => need.Contains("expect.matrix", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_server_that_does_what_is_declared_passes()
    {
        await using ShopServer shop = await ShopServer.StartAsync(lab);

        ScanReport report = await CheckLab.RunAsync(new DeclaredMatrix(), Declaring(shop, s_right));

        report.Findings.ShouldBeEmpty();
        report.Checks.Single().Passed.ShouldBeGreaterThan(8, report.Checks.Single().ToString());
        report.Matrix.ShouldContain(static cell => cell.Expected == true);
        report.Matrix.Where(static cell => cell.Expected == false).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("owner", "bob GET /orders/17 deny", "GET /orders/{orderId}", "bob", "open", Severity.High, Confidence.Confirmed)]
    [InlineData("role", "bob GET /admin/** deny", "GET /admin/accounts", "bob", "open", Severity.High, Confidence.Firm)]
    [InlineData("no authentication", "none GET /orders/* deny", "GET /orders/{orderId}", "none", "open", Severity.Critical, Confidence.Confirmed)]
    [InlineData("", "* GET /health deny", "GET /health", "alice", "open", Severity.High, Confidence.Suspect)]
    [InlineData("", "bob GET /admin/** allow", "GET /admin/accounts", "bob", "closed", Severity.Medium, Confidence.Firm)]
    [InlineData("", "bob GET /orders/17 allow", "GET /orders/{orderId}", "bob", "closed", Severity.Medium, Confidence.Firm)]
    public async Task A_disagreement_is_a_finding_both_ways(string flaw, string row, string operation, string identity, string variant, Severity severity, Confidence confidence)
    {
        await using ShopServer shop = await ShopServer.StartAsync(lab, flaw);

        ScanReport report = await CheckLab.RunAsync(new DeclaredMatrix(), Declaring(shop, [row]));

        Finding finding = report.Findings.Where(one => one.Identity == identity).ShouldHaveSingleItem(report.Checks.Single().ToString());
        (finding.Id, finding.Operation, finding.Identity, finding.Variant, finding.Severity, finding.Confidence).ShouldBe(("AUTHZ-013", operation, identity, variant, severity, confidence), finding.Observed);
        finding.Expected.ShouldContain(row);
    }

    [Theory]
    [InlineData("broken")]
    [InlineData("limited")]
    [InlineData("everything")]
    [InlineData("restless")]
    [InlineData("fading")]
    public async Task A_server_of_which_nothing_can_be_told_gets_no_finding(string flaw)
    {
        await using ShopServer shop = await ShopServer.StartAsync(lab, flaw);

        ScanReport report = await CheckLab.RunAsync(new DeclaredMatrix(), Declaring(shop, [.. s_right, "bob GET /profiles/alice allow"]));

        report.Findings.ShouldBeEmpty();
        report.Checks.Single().Outcome.ShouldBe("notTested");
    }

    [Fact]
    public async Task A_matrix_with_an_error_in_it_judges_nothing_and_says_so()
    {
        await using ShopServer shop = await ShopServer.StartAsync(lab, "owner");

        ScanReport report = await CheckLab.RunAsync(new DeclaredMatrix(), Declaring(shop, ["bob GET /orders/17 deny", "carol GET /orders/17 deny"]));

        report.Findings.ShouldBeEmpty();
        CheckSummary summary = report.Checks.Single();
        (summary.Outcome, summary.Reason).ShouldBe(("notTested", "expect.matrix: `carol GET /orders/17 deny` names an identity that is not there (carol)"));
    }

    [Fact]
    public void The_last_row_that_matches_wins_and_nobody_is_meant_by_name_only()
    {
        using ScanRequest request = new()
        {
            Target = TargetUrl.TryParse("https://localhost", out TargetUrl? target, out _) ? target : throw new InvalidOperationException(),
            Identities = [new Identity { Name = "bob" }],
            Expect = new() { Matrix = ["* GET /** deny", "bob GET /orders/* allow", "bob GET /orders/17 deny", "bob * /admin/** deny"] },
        };
        MatrixRows rows = MatrixRows.Of(request);

        rows.For("bob", Shop.Get("/orders/{id}"), "/orders/18")?.Allows.ShouldBe(true);
        rows.For("bob", Shop.Get("/orders/{id}"), "/orders/17")?.Allows.ShouldBe(false);
        rows.For("bob", Shop.Get("/other"), "/other")?.Allows.ShouldBe(false);
        rows.For("bob", Shop.Get("/admin/x") with { Method = "PUT" }, "/admin/x")?.Text.ShouldBe("bob * /admin/** deny");
        rows.For("bob", Shop.Get("/orders/{id}") with { Method = "PUT" }, "/orders/17").ShouldBeNull();
        rows.For("none", Shop.Get("/other"), "/other").ShouldBeNull();
    }

    /// <summary>Fifty operations and four identities, each with certificate and token, where nothing is refused by the handshake: the dearest case.</summary>
    private ScanRequest Declaring(ShopServer shop, ImmutableArray<string> rows) => Shop.Request(lab, shop.Endpoint) with { Expect = new() { Matrix = rows } };
}

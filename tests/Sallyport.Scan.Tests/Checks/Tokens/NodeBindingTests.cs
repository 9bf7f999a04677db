using System;
using System.Linq;
using System.Threading.Tasks;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Tests.Checks.Tokens;

/// <summary>The rows of bindings on a verifier of another make, and one that has no flaw at all.</summary>
public sealed class NodeBindingTests(TokenLab lab) : IClassFixture<TokenLab>
{
    [Theory]
    [InlineData("unbound", "BIND-001")]
    [InlineData("loose", "BIND-006")]
    [InlineData("bare", "BIND-002,BIND-004")]
    [InlineData("either", "BIND-003")]
    [InlineData("late", "BIND-005")]
    public async Task One_flaw_of_bindings_is_its_rule(string flaw, string rules)
    {
        ScanRequest request = await NodeTokenTests.ScopedAsync(lab, flaw);
        ScanReport report = await TokenLab.RunAsync(request with { Issuer = lab.Key, Operations = [.. request.Operations.Select(Both)] }, NodeTokenTests.Bindings());
        string.Join(',', report.Findings.Select(finding => finding.Id).Distinct().Order(StringComparer.Ordinal)).ShouldBe(rules, TokenLab.Said(report));
    }

    [Fact]
    public async Task The_strict_verifier_has_no_finding_and_every_row_is_decided()
    {
        ScanRequest request = await NodeTokenTests.ScopedAsync(lab, "strict");
        ScanReport report = await TokenLab.RunAsync(
            request with { Issuer = lab.Key, Expect = new() { TokenBindingRequired = true, SameSubject = true }, Operations = [.. request.Operations.Select(Both)] }, [.. NodeTokenTests.Tokens(), .. NodeTokenTests.Bindings()]);
        report.Findings.ShouldBeEmpty(TokenLab.Said(report));
        string[] decided = ["JWT-001", "JWT-002", "JWT-003", "JWT-005", "JWT-006", "JWT-007", "JWT-008", "JWT-009", "JWT-010", "JWT-011", "JWT-012", "JWT-015", "JWT-017", "JWT-018", "BIND-001", "BIND-002", "BIND-003", "BIND-005", "BIND-006"];
        foreach (string id in decided)
        {
            report.Checks.Single(check => check.Id == id).Outcome.ShouldBe("passed", TokenLab.Said(report));
        }
    }

    private static Operation Both(Operation operation) => operation with
    {
        Security = [new([new("certificate", SecuritySchemeKind.MutualTls, null, null, []), new("token", SecuritySchemeKind.Bearer, null, null, ["read"])])],
    };
}

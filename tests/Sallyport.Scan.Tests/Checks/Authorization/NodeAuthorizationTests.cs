using System;
using System.Collections.Immutable;
using System.Linq;
using System.Threading.Tasks;
using Sallyport.Lab.Servers;
using Sallyport.Scan.Checks;
using Sallyport.Scan.Engine;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Tests.Checks.Authorization;

/// <summary>The authorization rules against a server of another make: Node, with the certificate demanded by the handshake.</summary>
public sealed class NodeAuthorizationTests(CheckLab lab)
{
    // Node's shop makes no orders and changes no roles.
    private static readonly ImmutableArray<Operation> s_operations = [.. Shop.Operations.Where(static one => one.Method is not ("POST" or "DELETE"))];

    private static readonly ImmutableArray<Check> s_family =
        [.. CheckCatalog.BuiltIn.Where(static check => check.Info.Id is "AUTH-001" or "AUTH-002" || (check.Info.Id.StartsWith("AUTHZ-", StringComparison.Ordinal) && check.Info.Id is not "AUTHZ-014"))];

    [Theory]
    [InlineData("strict", "")]
    [InlineData("owner", "AUTHZ-001")]
    [InlineData("nested", "AUTHZ-003")]
    [InlineData("query", "AUTHZ-004")]
    [InlineData("list", "AUTHZ-005")]
    [InlineData("role", "AUTHZ-006")]
    [InlineData("exists", "AUTHZ-010")]
    [InlineData("hash", "AUTHZ-012")]
    [InlineData("undeclared", "AUTHZ-012")]
    [InlineData("write", "AUTHZ-002")]
    [InlineData("patch", "AUTHZ-002 AUTHZ-007")]
    [InlineData("assign", "AUTHZ-011")]
    public async Task Each_flaw_gives_its_rule_and_no_other(string flaw, string rules)
    {
        NodeShop shop = await lab.NodeShopAsync();
        ScanRequest request = Shop.Request(lab, shop[flaw], ScanMode.Intrusive) with { Operations = s_operations };

        ScanReport report = await new Scanner(new ScanSessions(TimeProvider.System), s_family, TimeProvider.System).RunAsync(request, null, TestContext.Current.CancellationToken);

        string told = string.Join("\n", report.Checks.Select(static one => $"{one.Id} {one.Outcome} {one.Reason}").Concat(report.Findings.Select(static one => $"{one.Id} {one.Operation}: {one.Observed}")));
        string.Join(' ', report.Findings.SelectMany(static one => one.AlsoMatches.Append(one.Id)).Distinct().Order(StringComparer.Ordinal)).ShouldBe(rules, told);
        report.Writes.Where(static one => one.State is WriteState.Open or WriteState.NotRestored).ShouldBeEmpty(told);
    }
}

using System;
using System.Linq;
using System.Threading.Tasks;
using OrdersApi.App;
using Sallyport.Scan.Engine;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Reports;

namespace Sallyport.Proof.Tests;

/// <summary>The two halves prove each other: what the scanner finds in the naked API it does not find in the same API behind the guard.</summary>
public sealed class ProofTests
{
    [Fact]
    public void Every_rule_has_its_row_and_every_row_its_rule()
    {
        var table = ProofTable.Read();
        table.Keys.ShouldBe(CheckCatalog.Rules.Select(rule => rule.Id).Order(StringComparer.Ordinal));
        table.Values.SelectMany(row => new[] { row.Naked, row.Guarded })
            .Except([ProofTable.Failed, ProofTable.Passed, ProofTable.Open]).ShouldBeEmpty();
        table.Where(row => row.Value.Guarded == ProofTable.Failed).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_naked_api_fails_every_rule_that_says_so()
    {
        ScanReport report = await ProvedSide.ScanAsync(Weakness.Naked, ScanMode.Safe);
        report.BaselineSucceeded.ShouldBeTrue(report.SurveyFailure);
        string[] failed = [.. report.Findings.Select(finding => finding.Id).Concat(report.Findings.SelectMany(finding => finding.AlsoMatches)).Distinct()];
        ProofTable.Read().Where(row => row.Value.Naked == ProofTable.Failed).Select(row => row.Key).Except(failed)
            .Select(id => Said(report, id)).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_guarded_api_has_no_finding_in_any_mode()
    {
        ScanReport report = await ProvedSide.ScanAsync([], ScanMode.Intrusive);
        report.BaselineSucceeded.ShouldBeTrue(report.SurveyFailure);
        report.Findings.Select(finding => $"{finding.Id} {finding.Severity} {finding.Confidence} {finding.Operation}: {finding.Observed}").ShouldBeEmpty();
        report.ClientAuthentication.ShouldBe(ClientAuthentication.Required);
        report.Grade.ShouldBe("A");
        ProofTable.Read().Where(row => row.Value.Guarded == ProofTable.Passed).Select(row => row.Key)
            .Where(id => report.Checks.First(check => check.Id == id).Passed == 0)
            .Select(id => Said(report, id)).ShouldBeEmpty();
    }

    private static string Said(ScanReport report, string id) =>
        report.Checks.FirstOrDefault(check => check.Id == id) is { } check ? $"{id} {check.Outcome}: {check.Reason}" : $"{id} did not run";
}

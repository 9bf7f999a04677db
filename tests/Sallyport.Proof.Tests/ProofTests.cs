using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;
using OrdersApi.App;
using Sallyport.Scan.Engine;
using Sallyport.Scan.Reports;

namespace Sallyport.Proof.Tests;

/// <summary>The two halves prove each other: what the scanner finds in the naked API it does not find in the same API behind the guard.</summary>
public sealed partial class ProofTests(ProvedSides sides) : IClassFixture<ProvedSides>
{
    [Fact]
    public void Every_rule_has_its_row_and_every_row_its_rule() =>
        ProofTable.Read().Select(row => row.Id).ShouldBe(CheckCatalog.Rules.Select(rule => rule.Id).Order(StringComparer.Ordinal));

    [Fact]
    public void A_side_that_is_open_says_why() =>
        ProofTable.Read().Where(row => (row.Naked == ProofTable.Open || row.Guarded == ProofTable.Open) == (row.Reason.Length < 20)).ShouldBeEmpty();

    [Fact]
    public void A_reason_that_names_a_switch_names_one_that_plants_the_rule()
    {
        foreach (ProofRow row in ProofTable.Read())
        {
            foreach (Match named in Alone().Matches(row.Reason))
            {
                Weakness weakness = Enum.Parse<Weakness>(named.Groups["switch"].Value);
                Weakness.Closure([weakness]).SelectMany(one => one.Plants).ShouldContain(row.Id, row.Reason);
            }
        }
    }

    [Fact]
    public void A_rule_that_the_naked_api_plants_is_found_or_the_row_names_what_hides_it()
    {
        HashSet<string> planted = [.. Weakness.Closure(Weakness.Naked).SelectMany(weakness => weakness.Plants)];
        ProofTable.Read().Where(row => planted.Contains(row.Id) && row.Naked == ProofTable.Open && !row.Reason.Contains("hidden", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [Fact]
    public void The_naked_api_fails_every_rule_that_says_so_and_no_other()
    {
        sides.Naked.BaselineSucceeded.ShouldBeTrue(sides.Naked.SurveyFailure);
        HashSet<string> found = [.. FoundIn(sides.Naked)];
        ProofTable.Read().Where(row => row.Naked == ProofTable.Found != found.Contains(row.Id)).Select(row => Said(sides.Naked, row)).ShouldBeEmpty();
        sides.Naked.Grade.ShouldBe("F");
    }

    [Fact]
    public void The_guarded_api_passes_every_rule_that_says_so()
    {
        sides.Guarded.BaselineSucceeded.ShouldBeTrue(sides.Guarded.SurveyFailure);
        HashSet<string> found = [.. FoundIn(sides.Guarded)];
        ProofTable.Read().Where(row => row.Guarded == ProofTable.Passed != (!found.Contains(row.Id) && IsPassed(sides.Guarded, row.Id))).Select(row => Said(sides.Guarded, row)).ShouldBeEmpty();
    }

    [Fact]
    public void The_guarded_api_has_no_finding_in_the_mode_that_allows_everything()
    {
        ScanReport report = sides.Guarded;
        report.Findings.Select(finding => $"{finding.Id} {finding.Severity} {finding.Confidence} {finding.Operation}: {finding.Observed}").ShouldBeEmpty();
        report.ClientAuthentication.ShouldBe(ClientAuthentication.Required);
        report.Grade.ShouldBe("A");
    }

    // The rest is named by the message: a reset whose token only a mailbox shows, intermediates without a revocation list, a login that AUTH-003 has locked.
    [Fact]
    public void Nearly_everything_that_applies_to_the_guarded_api_is_decided() =>
        ((double)sides.Guarded.Tested / sides.Guarded.Applicable).ShouldBeGreaterThan(0.95, Undecided(sides.Guarded));

    // A rule of facts has no findings: where a switch plants one, it is a fact that the strict API does not give.
    private static IEnumerable<string> FoundIn(ScanReport report)
    {
        HashSet<string> facts = [.. Weakness.All.SelectMany(weakness => weakness.Plants).Where(id => CheckCatalog.Find(id) is { Severity: null, Variants.IsEmpty: true })];
        return report.Findings.SelectMany(finding => finding.AlsoMatches.Prepend(finding.Id)).Concat(report.Facts.Select(fact => fact.Id).Where(facts.Contains));
    }

    private static bool IsPassed(ScanReport report, string id) => report.Checks.Any(check => check.Id == id && check is { Failed: 0, Passed: > 0 });

    private static string Said(ScanReport report, ProofRow row) => report.Checks.FirstOrDefault(check => check.Id == row.Id) is { } check
        ? $"{row.Id} {check.Outcome} p{check.Passed} f{check.Failed} a{check.NotApplicable} t{check.NotTested}: {check.Reason}"
        : $"{row.Id} did not run";

    private static string Undecided(ScanReport report) =>
        string.Join('\n', report.Checks.Where(check => check.NotTested > 0).Select(check => $"{check.Id} {check.NotTested}: {check.Reason}").Prepend($"{report.Tested} of {report.Applicable}"));

    [GeneratedRegex(@"with (?<switch>[A-Z][A-Za-z]+) alone", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Alone();
}

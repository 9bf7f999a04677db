using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using OrdersApi.App;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Reports;

namespace Sallyport.Cli.Demo;

/// <summary>Whether the two reports say what the two APIs are.</summary>
internal static class DemoOutcome
{
    /// <summary>What is not as expected, one line each; empty when all is.</summary>
    /// <param name="naked">The report on the API with weaknesses.</param>
    /// <param name="guarded">The report on the strict one.</param>
    /// <param name="planted">The rules that the weaknesses plant.</param>
    public static ImmutableArray<string> Surprises(ScanReport naked, ScanReport guarded, ImmutableArray<string> planted)
    {
        var surprises = ImmutableArray.CreateBuilder<string>();
        Scanned("naked", naked, surprises);
        Scanned("guarded", guarded, surprises);
        if (planted.IsEmpty)
        {
            surprises.Add("naked: nothing that is planted can be found by the rules of this build: the comparison proves nothing");
        }

        HashSet<string> found = [.. naked.Findings.Select(finding => finding.Id), .. naked.Findings.SelectMany(finding => finding.AlsoMatches), .. naked.Facts.Select(fact => fact.Id)];
        surprises.AddRange(planted.Where(id => !found.Contains(id) && !IsMasked(naked, id) && !IsBeyondMode(naked, id)).Select(id => $"naked: {id} was planted and not found ({Outcome(naked, id)})"));

        // Whatever is proved counts against the guarded one, however small.
        surprises.AddRange(guarded.Findings
            .Where(finding => finding.Confidence != Confidence.Suspect)
            .Select(finding => $"guarded: {finding.Id} was found ({finding.Title})"));
        if (guarded.ClientAuthentication != ClientAuthentication.Required)
        {
            surprises.Add($"guarded: client certificates are {guarded.ClientAuthentication.ToString().ToLowerInvariant()}, not required");
        }

        return surprises.ToImmutable();
    }

    private static void Scanned(string name, ScanReport report, ImmutableArray<string>.Builder surprises)
    {
        if (report.SurveyFailure is string failure)
        {
            surprises.Add($"{name}: could not be scanned: {failure}");
        }
        else if (!report.BaselineSucceeded)
        {
            surprises.Add($"{name}: alice was not served");
        }

        if (report.Partial)
        {
            surprises.Add($"{name}: the scan is not complete");
        }
    }

    /// <summary>Whether the check says that a greater weakness, which is planted as well and so must itself be found, leaves it nothing to decide.</summary>
    private static bool IsMasked(ScanReport report, string id) =>
        report.Checks.FirstOrDefault(check => check.Id == id) is { Outcome: "notApplicable", Reason: string reason }
        && Weakness.Naked.SelectMany(weakness => weakness.Plants).Any(other => other != id && reason.Contains(other, StringComparison.Ordinal));

    /// <summary>Whether the check says that what it would take to show the weakness is not sent in the scan's mode.</summary>
    private static bool IsBeyondMode(ScanReport report, string id) =>
        report.Checks.FirstOrDefault(check => check.Id == id) is { Outcome: "notTested", Reason: string reason }
        && reason.Contains($"in {report.Mode.ToString().ToLowerInvariant()} mode", StringComparison.Ordinal);

    private static string Outcome(ScanReport report, string id) =>
        report.Checks.FirstOrDefault(check => check.Id.Equals(id, StringComparison.OrdinalIgnoreCase)) is { } check
            ? Output.Words.Of(check.Outcome) + (check.Reason is null ? "" : ": " + check.Reason)
            : "not run";
}

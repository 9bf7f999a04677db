using System;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Reports;

namespace Sallyport.Cli.Output;

/// <summary>Turns a report into an exit code, as CONTRACTS.md says.</summary>
internal sealed record ExitPolicy
{
    private const string Enforcement = "MTLS-002";

    /// <summary>The severity from which a finding gates; <c>null</c> for none.</summary>
    public Severity? FailOn { get; init; } = Severity.High;

    /// <summary>The least coverage in percent; <c>null</c> for none.</summary>
    public int? MinCoverage { get; init; }

    /// <summary>Rules that must have been tested.</summary>
    public ImmutableArray<string> Require { get; init; } = [];

    public ExitVerdict Judge(ScanReport report, bool mutualTlsExpected)
    {
        // A suspicion never gates.
        if (report.Findings.Any(finding => finding.Severity >= FailOn && finding.Confidence != Confidence.Suspect))
        {
            return new(ExitCode.Findings);
        }

        return Shortfall(report, mutualTlsExpected) ?? new(ExitCode.Clean);
    }

    private ExitVerdict? Shortfall(ScanReport report, bool mutualTlsExpected)
    {
        if (report.SurveyFailure is string failure)
        {
            return NotScanned($"could not scan {report.Target}: {failure}", null);
        }

        if (!report.BaselineSucceeded && report.Tested == 0)
        {
            return NotScanned("no valid identity's request succeeded, and nothing else could be decided", "give an identity that the API accepts: --identity NAME=cert.pem,key.pem --protected 'GET /x'");
        }

        if (mutualTlsExpected && !IsTested(report, Enforcement))
        {
            return NotScanned($"{Enforcement} was not tested although mutual TLS is expected", Reason(report, Enforcement));
        }

        if (report.BudgetCut)
        {
            return NotScanned("the deadline or the budget ended the scan before every planned check ran", "raise --timeout, --max-requests, --max-connections or --rps, or choose --checks");
        }

        if (Require.FirstOrDefault(id => !IsTested(report, id)) is string missing)
        {
            return NotScanned($"{missing} was required and not tested", Reason(report, missing));
        }

        double coverage = report.Applicable == 0 ? 0 : 100.0 * report.Tested / report.Applicable;
        return coverage < MinCoverage
            ? NotScanned(string.Create(CultureInfo.InvariantCulture, $"{coverage:0.#} % of what applies was tested, {MinCoverage} % was demanded"), "the report says for each check what to supply")
            : null;
    }

    /// <summary>Whether the rule was decided; that the shape is absent is a decision too.</summary>
    private static bool IsTested(ScanReport report, string id) =>
        report.Checks.Any(check => check.Id.Equals(id, StringComparison.OrdinalIgnoreCase) && (check.Outcome is "passed" or "failed" or "notApplicable"));

    private static string? Reason(ScanReport report, string id)
    {
        CheckSummary? check = report.Checks.FirstOrDefault(check => check.Id.Equals(id, StringComparison.OrdinalIgnoreCase));
        return check is null ? "it was not selected: see --checks and --skip"
            : check.Needs.IsEmpty ? check.Reason
            : string.Join("; ", check.Needs);
    }

    private static ExitVerdict NotScanned(string reason, string? hint) => new(ExitCode.NotScanned, reason, hint);
}

using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Reports;

namespace Sallyport.Scan.Engine;

/// <summary>The score and the grade. The formula and its reasons are in docs/scoring.md.</summary>
internal static class Scoring
{
    // What stays of the score after one finding, and the highest score that a finding of this severity leaves.
    private static readonly ImmutableArray<(Severity Severity, decimal Keeps, int Cap)> s_weights =
    [
        (Severity.Critical, 0.50m, 59),
        (Severity.High, 0.75m, 69),
        (Severity.Medium, 0.90m, 89),
        (Severity.Low, 0.98m, 100),
    ];

    /// <summary>The score of a set of findings, each with what it covers; suspicions do not count.</summary>
    public static int ScoreOf(IEnumerable<Finding> findings)
    {
        List<Severity> counted = [.. findings.Where(static one => one.Confidence > Confidence.Suspect).SelectMany(static one => one.Covered.Append(one.Severity))];
        decimal score = 100m;
        int cap = 100;
        foreach ((Severity severity, decimal keeps, int limit) in s_weights)
        {
            int count = counted.Count(one => one == severity);
            for (int i = 0; i < count && score >= 1m; i++)
            {
                score *= keeps;
            }

            cap = count > 0 ? Math.Min(cap, limit) : cap;
        }

        return Math.Min((int)Math.Floor(score), cap);
    }

    /// <summary>The grade of a score.</summary>
    public static string GradeOf(int score) => score switch
    {
        >= 90 => "A",
        >= 80 => "B",
        >= 70 => "C",
        >= 60 => "D",
        _ => "F",
    };

    /// <summary>The score of each category that has a selected check, in the order of the catalogue.</summary>
    public static ImmutableArray<CategoryScore> Categories(IReadOnlyCollection<CheckInfo> rules, IReadOnlyCollection<CheckSummary> checks, IReadOnlyCollection<Finding> findings) =>
    [
        .. rules.Select(static rule => rule.Category).Distinct().OrderBy(static category => category.Slug, StringComparer.Ordinal).Select(category =>
        {
            HashSet<string> ids = [.. rules.Where(rule => rule.Category == category).Select(static rule => rule.Id)];
            List<CheckSummary> own = [.. checks.Where(check => ids.Contains(check.Id))];
            int? score = Decided(own, needsEnforcement: category == Category.MutualTls)
                ? ScoreOf(findings.Where(finding => finding.Category == category))
                : null;
            return new CategoryScore(category, score, score is { } known ? GradeOf(known) : null);
        }),
    ];

    /// <summary>Whether there is a score at all: something was tested and, where mutual TLS is part of it, whether it is enforced.</summary>
    public static bool Decided(IReadOnlyCollection<CheckSummary> checks, bool needsEnforcement) =>
        checks.Any(static check => check.Passed + check.Failed > 0)
        && (!needsEnforcement || checks.Any(static check => check.Id == EnforcementRule && check.Outcome is not "notTested"));

    /// <summary>The rule that decides whether a client certificate is required; without its answer there is no grade.</summary>
    public const string EnforcementRule = "MTLS-002";
}

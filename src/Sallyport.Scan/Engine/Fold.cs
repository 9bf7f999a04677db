using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Sallyport.Scan.Checks;
using Sallyport.Scan.Findings;

namespace Sallyport.Scan.Engine;

/// <summary>One cause, one finding: findings of one cause become the most specific rule's, which names the others.</summary>
internal static class Fold
{
    // CONTRACTS.md, "One cause, one finding". A pattern ends in x for a family; what is not listed is less specific than what is.
    private static readonly ImmutableArray<string> s_mostSpecificFirst =
        ["AUTHZ-001", "MTLS-1xx", "BIND-004", "MTLS-002", "MTLS-301", "SPEC-001", "BIND-003", "AUTH-001"];

    /// <summary>Folds, and puts the findings in their order: most severe first, then the surest, then by id.</summary>
    public static ImmutableArray<Finding> Apply(IEnumerable<Finding> findings)
    {
        List<(Finding Home, List<Finding> Folded)> kept = [];
        foreach (Finding finding in findings.OrderBy(static one => one.Confidence == Confidence.Suspect).ThenBy(Rank).ThenBy(static one => one, Order))
        {
            // A suspicion never takes a proof's place: suspicions come last here, whatever their rule.
            int home = kept.FindIndex(one => SameCause(one.Home, finding));
            if (home < 0)
            {
                kept.Add((finding, []));
            }
            else
            {
                kept[home].Folded.Add(finding);
                kept[home] = kept[home] with { Home = Absorb(kept[home].Home, finding) };
            }
        }

        return [.. kept.Select(static one => one.Home with { Covered = Covered(one.Folded) }).Order(Order)];
    }

    // What the folded ones would have been without their home: the worst of them counts with it, the rest beside it.
    private static ImmutableArray<Severity> Covered(List<Finding> folded) => folded.Count < 2
        ? []
        : [.. Apply(folded.Where(static one => one.Confidence > Confidence.Suspect))
            .SelectMany(static one => one.Covered.Append(one.Severity))
            .OrderDescending()
            .Skip(1)];

    /// <summary>Most severe first, then the surest, then by id, variant, operation and identity.</summary>
    public static IComparer<Finding> Order { get; } = Comparer<Finding>.Create(static (x, y) =>
        First(
            y.Severity.CompareTo(x.Severity),
            y.Confidence.CompareTo(x.Confidence),
            string.CompareOrdinal(x.Id, y.Id),
            string.CompareOrdinal(x.Variant, y.Variant),
            string.CompareOrdinal(x.Operation, y.Operation),
            string.CompareOrdinal(x.Identity, y.Identity),
            string.CompareOrdinal(x.Fingerprint, y.Fingerprint)));

    private static bool SameCause(Finding home, Finding other)
    {
        if (home.Fingerprint == other.Fingerprint)
        {
            return true;
        }

        // A finding about the whole server covers the same cause on each operation, never the other way round.
        return home.Cause is not null
            && home.Cause == other.Cause
            && (Causes.WhoeverShowsIt(home.Cause, home.Id) || (home.Id != other.Id && home.Identity == other.Identity))
            && (home.Operation is null || home.Operation == other.Operation);
    }

    private static Finding Absorb(Finding home, Finding other)
    {
        bool scores = other.Confidence > Confidence.Suspect || home.Confidence == Confidence.Suspect;
        return home with
        {
            // Folding must not make the report milder than its parts.
            Severity = scores && other.Severity > home.Severity ? other.Severity : home.Severity,
            Confidence = other.Id == home.Id && other.Confidence > home.Confidence ? other.Confidence : home.Confidence,
            Evidence = other.Id == home.Id ? [.. home.Evidence, .. other.Evidence.Where(one => !home.Evidence.Any(known => Same(known, one)))] : home.Evidence,
            AlsoMatches =
            [
                .. home.AlsoMatches.Concat(other.AlsoMatches).Append(other.Id)
                    .Where(id => id != home.Id).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
            ],
        };
    }

    // Identities of one rule bring the same controls along.
    private static bool Same(Evidence one, Evidence other) => one.Title == other.Title && one.Sent == other.Sent && one.Received == other.Received;

    private static int Rank(Finding finding)
    {
        for (int i = 0; i < s_mostSpecificFirst.Length; i++)
        {
            string pattern = s_mostSpecificFirst[i];
            bool matches = pattern.EndsWith("xx", StringComparison.Ordinal)
                ? finding.Id.Length == pattern.Length && finding.Id.StartsWith(pattern[..^2], StringComparison.Ordinal)
                : finding.Id == pattern;
            if (matches)
            {
                return i;
            }
        }

        return s_mostSpecificFirst.Length;
    }

    private static int First(params ReadOnlySpan<int> comparisons)
    {
        foreach (int comparison in comparisons)
        {
            if (comparison != 0)
            {
                return comparison;
            }
        }

        return 0;
    }
}

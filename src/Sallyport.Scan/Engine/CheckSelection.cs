using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Sallyport.Scan.Findings;

namespace Sallyport.Scan.Engine;

/// <summary>Which rules and variants a scan runs: <c>ID</c>, <c>ID/variant</c> or a category's slug, in any case.</summary>
public sealed class CheckSelection
{
    private readonly ImmutableArray<string> _only;
    private readonly ImmutableArray<string> _skip;

    /// <summary>Selects rules.</summary>
    /// <param name="only">What to run; empty: everything.</param>
    /// <param name="skip">What to leave out, even when it stands in <paramref name="only"/>.</param>
    public CheckSelection(ImmutableArray<string> only, ImmutableArray<string> skip) => (_only, _skip) = (only, skip);

    /// <summary>The selectors that match no rule, no variant and no category: an error of the caller.</summary>
    /// <param name="rules">The catalogue.</param>
    public ImmutableArray<string> Unknown(ImmutableArray<CheckInfo> rules) =>
        [.. _only.Concat(_skip).Where(selector => !rules.Any(rule => Names(rule).Contains(selector, StringComparer.OrdinalIgnoreCase)))];

    /// <summary>Whether a rule runs, in whole or for some of its variants.</summary>
    /// <param name="rule">The rule.</param>
    public bool Runs(CheckInfo rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        bool wanted = _only.IsEmpty || _only.Any(selector => NamesWhole(selector, rule) || VariantOf(selector, rule) is not null);
        return wanted && !_skip.Any(selector => NamesWhole(selector, rule));
    }

    /// <summary>Whether a probe of a selected rule counts. A probe without a variant speaks for the whole rule and always counts.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="variant">The probe's variant.</param>
    public bool Counts(CheckInfo rule, string? variant)
    {
        ArgumentNullException.ThrowIfNull(rule);
        if (variant is null)
        {
            return true;
        }

        bool Names(string selector) => string.Equals(VariantOf(selector, rule), variant, StringComparison.OrdinalIgnoreCase);
        bool wanted = _only.IsEmpty || _only.Any(selector => NamesWhole(selector, rule) || Names(selector));
        return wanted && !_skip.Any(Names);
    }

    private static bool NamesWhole(string selector, CheckInfo rule) =>
        string.Equals(selector, rule.Id, StringComparison.OrdinalIgnoreCase) || string.Equals(selector, rule.Category.Slug, StringComparison.OrdinalIgnoreCase);

    private static string? VariantOf(string selector, CheckInfo rule) =>
        selector.StartsWith(rule.Id + "/", StringComparison.OrdinalIgnoreCase) ? selector[(rule.Id.Length + 1)..] : null;

    private static IEnumerable<string> Names(CheckInfo rule) =>
        [rule.Id, rule.Category.Slug, .. rule.Variants.Select(variant => $"{rule.Id}/{variant.Slug}")];
}

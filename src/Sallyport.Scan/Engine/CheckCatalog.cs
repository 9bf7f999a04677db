using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Sallyport.Scan.Checks;
using Sallyport.Scan.Findings;

namespace Sallyport.Scan.Engine;

/// <summary>Every check there is, in id order. Filled at compile time from the classes themselves.</summary>
public static partial class CheckCatalog
{
    /// <summary>The checks, in id order. First in the file: the rules are read off it once.</summary>
    internal static ImmutableArray<Check> BuiltIn { get; } = Sorted(Create());

    /// <summary>What each rule is, in id order.</summary>
    public static ImmutableArray<CheckInfo> Rules { get; } = [.. BuiltIn.Select(static check => check.Info)];

    /// <summary>The rule with an id, in any case.</summary>
    /// <param name="id">The id, such as <c>MTLS-002</c>.</param>
    /// <returns>The rule, or <c>null</c> when there is none.</returns>
    public static CheckInfo? Find(string id) => Rules.FirstOrDefault(rule => string.Equals(rule.Id, id, StringComparison.OrdinalIgnoreCase));

    /// <summary>Puts checks in id order.</summary>
    /// <exception cref="InvalidOperationException">Two checks have one id.</exception>
    internal static ImmutableArray<Check> Sorted(IEnumerable<Check> checks)
    {
        ImmutableArray<Check> sorted = [.. checks.OrderBy(static check => check.Info.Id, StringComparer.Ordinal)];
        for (int i = 1; i < sorted.Length; i++)
        {
            if (string.Equals(sorted[i - 1].Info.Id, sorted[i].Info.Id, StringComparison.OrdinalIgnoreCase))
            {
                throw new InvalidOperationException($"Two checks have the id {sorted[i].Info.Id}: {sorted[i - 1].GetType().Name} and {sorted[i].GetType().Name}.");
            }
        }

        return sorted;
    }

    private static partial Check[] Create();
}

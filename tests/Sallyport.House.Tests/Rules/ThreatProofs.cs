using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Text.RegularExpressions;

namespace Sallyport.House.Tests.Rules;

/// <summary>The table of proofs: every threat and experiment has a row, and every row names tests that are there, or says why there is none.</summary>
internal static partial class ThreatProofs
{
    /// <summary>What must have a row.</summary>
    public static ImmutableArray<string> Numbers { get; } =
        [.. Enumerable.Range(1, 18).Select(static number => $"d{number}"), .. Enumerable.Range(1, 22).Select(static number => $"X{number}")];

    /// <param name="document">The document with the table.</param>
    /// <param name="tests">The tests, as <c>Class.Method</c>.</param>
    public static IEnumerable<string> Violations(string document, IReadOnlySet<string> tests)
    {
        var rows = document.Split('\n').Select(static line => Row().Match(line)).Where(static match => match.Success).ToLookup(static match => match.Groups["number"].Value, StringComparer.Ordinal);
        foreach (var number in Numbers)
        {
            if (rows[number].Count() != 1)
            {
                yield return $"{number} has {rows[number].Count()} rows";
            }
        }

        foreach (var row in rows.SelectMany(static same => same))
        {
            var number = row.Groups["number"].Value;
            var proof = row.Groups["proof"].Value.Trim();
            var named = Name().Matches(proof).Select(static match => match.Groups["name"].Value).ToList();
            if (!Numbers.Contains(number))
            {
                yield return $"{number} is no threat and no experiment";
            }

            if (named.Count == 0 && !proof.StartsWith("no test:", StringComparison.Ordinal))
            {
                yield return $"{number} names no test and gives no reason";
            }

            foreach (var name in named.Where(name => !tests.Contains(name)))
            {
                yield return $"{number} names {name}, which is no test";
            }
        }
    }

    [GeneratedRegex(@"^\| (?<number>[dX][0-9]+) \|.*\|(?<proof>[^|]*)\|\s*$", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Row();

    [GeneratedRegex("`(?<name>[A-Za-z0-9_]+\\.[A-Za-z0-9_]+)`", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Name();
}

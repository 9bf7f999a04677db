using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Sallyport.House.Tests.Rules;

/// <summary>The table of docs/proofs.md: every rule has its row, every cell a test that exists or a decision that says why not.</summary>
internal static partial class ProofTable
{
    private const int Proofs = 4;
    private const string Fact = "fact";

    public static IEnumerable<string> Violations(string table, ImmutableSortedSet<string> rules, ImmutableHashSet<string> tests, ImmutableHashSet<string> decisions)
    {
        ImmutableArray<string[]> rows =
        [
            .. table.Split('\n').Where(line => Row().IsMatch(line)).Select(line => line.Trim().Trim('|').Split('|').Select(cell => cell.Trim()).ToArray()),
        ];
        foreach (string rule in rules.Except(rows.Select(row => row[0])))
        {
            yield return $"{rule} has no row";
        }

        foreach (IGrouping<string, string[]> row in rows.GroupBy(row => row[0]))
        {
            if (!rules.Contains(row.Key) || row.Count() > 1)
            {
                yield return $"{row.Key} {(row.Count() > 1 ? "stands twice" : "is no rule")}";
            }

            foreach (string wrong in row.SelectMany(cells => Wrong(cells, tests, decisions)))
            {
                yield return $"{row.Key}: {wrong}";
            }
        }
    }

    /// <summary>The ids that the checks give themselves.</summary>
    public static ImmutableSortedSet<string> RulesIn(IEnumerable<SourceFile> checks) =>
    [
        .. checks.SelectMany(file => file.Unit.DescendantNodes().OfType<LiteralExpressionSyntax>())
            .Where(literal => literal.IsKind(SyntaxKind.StringLiteralExpression) && Id().IsMatch(literal.Token.ValueText))
            .Select(literal => literal.Token.ValueText),
    ];

    private static IEnumerable<string> Wrong(string[] cells, ImmutableHashSet<string> tests, ImmutableHashSet<string> decisions)
    {
        if (cells.Length != Proofs + 1)
        {
            yield return $"{Proofs} proofs, not {cells.Length - 1}";
        }

        foreach (string cell in cells.Skip(1))
        {
            bool known = Decision().IsMatch(cell) ? decisions.Contains(cell)
                : cell == Fact || (Named().IsMatch(cell) && Named().Match(cell).Groups["test"].Captures.All(test => tests.Contains(test.Value)));
            if (!known)
            {
                yield return cell.Length == 0 ? "an empty cell" : $"no such test or decision: {cell}";
            }
        }
    }

    [GeneratedRegex(@"^\| [A-Z]+-\d{3} \|")]
    private static partial Regex Row();

    [GeneratedRegex(@"^(?!CWE-)[A-Z]{2,5}-\d{3}$")]
    private static partial Regex Id();

    [GeneratedRegex(@"^\d{4}$")]
    private static partial Regex Decision();

    [GeneratedRegex(@"^(?:`(?<test>\w+\.\w+)`(?:, )?)+$")]
    private static partial Regex Named();
}

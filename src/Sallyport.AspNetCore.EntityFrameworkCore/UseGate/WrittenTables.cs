using System;
using System.Collections.Immutable;
using System.Linq;
using System.Text.RegularExpressions;

namespace Sallyport.AspNetCore.EntityFrameworkCore.UseGate;

/// <summary>Whether a command may write to one of some tables. It errs on the side of yes: words in literals and comments count.</summary>
internal static partial class WrittenTables
{
    /// <returns>What it may write to; null when to none of them.</returns>
    public static string? MayWrite(string sql, ImmutableArray<string> tables)
    {
        if (Dynamic().IsMatch(sql))
        {
            return "what a procedure or block does";
        }

        // SELECT … FOR UPDATE only locks, and replace(…) is a function: the two words that readers use as well.
        return Write().IsMatch(Harmless().Replace(sql, " ")) ? tables.FirstOrDefault(table => Names(sql, table)) : null;
    }

    private static bool Names(string sql, string table)
    {
        for (var at = sql.IndexOf(table, StringComparison.OrdinalIgnoreCase); at >= 0; at = sql.IndexOf(table, at + 1, StringComparison.OrdinalIgnoreCase))
        {
            if ((at == 0 || !IsWord(sql[at - 1])) && (at + table.Length == sql.Length || !IsWord(sql[at + table.Length])))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsWord(char letter) => letter == '_' || char.IsLetterOrDigit(letter);

    [GeneratedRegex(@"\b(insert|update|delete|merge|replace|truncate|drop|alter|create|copy)\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Write();

    [GeneratedRegex(@"\bfor\s+(no\s+key\s+)?update\b|\breplace\s*\(", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Harmless();

    // After what may stand before a statement: comments too, such as those of TagWith.
    [GeneratedRegex(@"(^|;|\*/)(\s|--[^\n]*\n)*(do|call|exec|execute|prepare)\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Dynamic();
}

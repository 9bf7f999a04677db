using System;
using System.Collections.Generic;
using System.Text;

namespace Sallyport.Scan.Config;

/// <summary>Text from outside, made fit for one line of a message.</summary>
internal static class Shown
{
    private const int Longest = 80;

    /// <summary>The text in backquotes, control characters replaced, cut at 80 characters.</summary>
    public static string Quoted(string text) => $"`{Line(text)}`";

    /// <summary>The text without control characters, cut at 80 characters.</summary>
    public static string Line(string text)
    {
        var line = new StringBuilder(Math.Min(text.Length, Longest) + 1);
        foreach (char c in text)
        {
            if (line.Length == Longest)
            {
                return line.Append('…').ToString();
            }

            line.Append(char.IsControl(c) || (c is '\u2028' or '\u2029') || char.GetUnicodeCategory(c) == System.Globalization.UnicodeCategory.Format ? '?' : c);
        }

        return line.ToString();
    }

    /// <summary>A URL in backquotes; a user and password that stand in it are not shown.</summary>
    public static string Url(string text)
    {
        int at = text.LastIndexOf('@');
        return Quoted(at < 0 ? text : "***" + text[at..]);
    }

    /// <summary>The known word nearest to what was written; <c>null</c> when none is near.</summary>
    public static string? Nearest(string written, IEnumerable<string> known)
    {
        if (written.Length > Longest)
        {
            return null;
        }

        string? nearest = null;
        int best = Math.Max(2, written.Length / 3) + 1;
        foreach (string word in known)
        {
            int distance = Distance(written.ToLowerInvariant(), word.ToLowerInvariant());
            if (distance < best)
            {
                (nearest, best) = (word, distance);
            }
        }

        return nearest;
    }

    /// <summary>A hint that names the nearest known word, or all of them when none is near.</summary>
    public static string DidYouMean(string written, IReadOnlyCollection<string> known) =>
        Nearest(written, known) is string near ? $"did you mean {near}?" : $"known: {string.Join(", ", known)}";

    private static int Distance(string a, string b)
    {
        int[] previous = new int[b.Length + 1];
        int[] current = new int[b.Length + 1];
        for (int j = 0; j <= b.Length; j++)
        {
            previous[j] = j;
        }

        for (int i = 1; i <= a.Length; i++)
        {
            current[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int change = a[i - 1] == b[j - 1] ? 0 : 1;
                current[j] = Math.Min(Math.Min(current[j - 1] + 1, previous[j] + 1), previous[j - 1] + change);
            }

            (previous, current) = (current, previous);
        }

        return previous[b.Length];
    }
}

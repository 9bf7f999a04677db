using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;

namespace Sallyport.Scan.Reports;

/// <summary>Makes text from outside safe to show: what a terminal, a browser or a reader's eye could be fooled by is written out.</summary>
internal static class Visible
{
    /// <summary>The text on one line: line ends and every control, format and lone surrogate are written out, such as <c>\u{202e}</c>.</summary>
    public static string Line(string? text) => Show(text, keepLines: false);

    /// <summary>The same, with its lines kept; they end in LF.</summary>
    public static string Block(string? text) => Show(text?.ReplaceLineEndings("\n"), keepLines: true);

    /// <summary>The lines of a block.</summary>
    public static string[] Lines(string? text) => Block(text).TrimEnd('\n').Split('\n');

    /// <summary>Breaks one line of words into lines of at most a width; a longer word keeps its own line.</summary>
    public static IEnumerable<string> Wrap(string? text, int width)
    {
        var line = new StringBuilder();
        foreach (string word in Line(text).Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > width)
            {
                yield return line.ToString();
                _ = line.Clear();
            }

            _ = line.Append(line.Length > 0 ? " " : "").Append(word);
        }

        yield return line.ToString();
    }

    private static string Show(string? text, bool keepLines)
    {
        if (string.IsNullOrEmpty(text))
        {
            return "";
        }

        var shown = new StringBuilder(text.Length);
        ReadOnlySpan<char> rest = text;
        while (!rest.IsEmpty)
        {
            bool whole = Rune.DecodeFromUtf16(rest, out Rune rune, out int used) == System.Buffers.OperationStatus.Done;
            _ = (whole, rune.Value) switch
            {
                (false, _) => shown.Append(CultureInfo.InvariantCulture, $"\\u{{{(int)rest[0]:x}}}"),
                (_, '\n') when keepLines => shown.Append('\n'),
                (_, '\t') => shown.Append("    "),
                (_, '\n') => shown.Append("\\n"),
                (_, '\r') => shown.Append("\\r"),
                _ when Hidden(rune) => shown.Append(CultureInfo.InvariantCulture, $"\\u{{{rune.Value:x}}}"),
                _ => shown.Append(rest[..used]),
            };
            rest = rest[used..];
        }

        return shown.ToString();
    }

    private static bool Hidden(Rune rune) => Rune.GetUnicodeCategory(rune) is
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.Surrogate or UnicodeCategory.OtherNotAssigned || rune.Value is 0xFFFE or 0xFFFF;
}

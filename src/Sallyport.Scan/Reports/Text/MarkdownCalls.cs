using System;
using System.Linq;

namespace Sallyport.Scan.Reports.Text;

/// <summary>The picture of the application in Markdown: a line an operation, a column an identity.</summary>
internal static class MarkdownCalls
{
    /// <summary>Writes it; nothing when no such cell was looked at.</summary>
    /// <param name="table">The cells.</param>
    /// <param name="line">Writes a line.</param>
    public static void Write(CallTable table, Action<string> line)
    {
        if (table.IsEmpty)
        {
            return;
        }

        line("## Who may call what");
        line("");
        line("C: certificate, T: token, cookie or key; ✓ let in, ✕ refused, ? undecided; bold: not as it should be.");
        line("");
        line($"| Operation | {string.Join(" | ", table.Identities.Select(MarkdownReport.Text))} |");
        line($"|---|{string.Concat(table.Identities.Select(static _ => "---|"))}");
        foreach (string operation in table.Operations)
        {
            line($"| {MarkdownReport.Text(operation)} | {string.Join(" | ", table.Identities.Select(identity => string.Join(", ", table.At(operation, identity).Select(Mark))))} |");
        }

        line("");
    }

    private static string Mark(MatrixCell cell) => cell.Expected == false ? $"**{CallTable.Mark(cell)}**" : CallTable.Mark(cell);
}

using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;

namespace Sallyport.Scan.Reports.Html;

/// <summary>The picture of the report: who, good or bad, gets what.</summary>
/// <param name="page">Where to.</param>
internal sealed class HtmlMatrix(HtmlPage page)
{
    /// <summary>Writes it; nothing when no cell was looked at.</summary>
    /// <param name="report">The report, for its findings.</param>
    /// <param name="cells">The cells of the certificate matrix.</param>
    public void Write(ScanReport report, ImmutableArray<MatrixCell> cells)
    {
        if (cells.IsEmpty)
        {
            return;
        }

        string[] operations = [.. cells.Select(static cell => cell.Operation).Distinct(StringComparer.Ordinal)];
        page.Raw("<h2 id=\"matrix\">Who gets what</h2>\n<p class=\"lead\">Each identity, good or forged, at each operation that was tried.</p>\n<section class=\"card matrix").Raw(operations.Length <= 2 ? " narrow" : "").Raw("\"><div class=\"scroll\"><table>\n<thead><tr><th scope=\"col\">Identity</th>");
        foreach (string operation in operations)
        {
            page.Raw("<th scope=\"col\">").Text(operation).Raw("</th>");
        }

        page.Raw("</tr></thead>\n<tbody>\n");
        foreach (IGrouping<string, MatrixCell> row in cells.GroupBy(static cell => cell.Identity, StringComparer.Ordinal))
        {
            page.Raw("<tr><th scope=\"row\">").Text(row.Key).Raw("</th>");
            foreach (string operation in operations)
            {
                Cell([.. row.Where(cell => cell.Operation == operation)], report);
            }

            page.Raw("</tr>\n");
        }

        page.Raw("</tbody></table></div>\n<p class=\"legend\"><span><i class=\"ok\"></i>as it should be</span><span><i class=\"wrong\"></i>not as it should be</span>")
            .Raw("<span><i class=\"open\"></i>nothing was declared</span><span><i class=\"undecided\"></i>undecided</span><span><i></i>not tried</span></p></section>\n");
    }

    private void Cell(List<MatrixCell> cells, ScanReport report)
    {
        if (cells.Count == 0)
        {
            page.Raw("<td></td>");
            return;
        }

        // Several rules may have tried the same cell: its colour is the worst of them.
        string style = cells.Max(Weight) switch { 3 => "wrong", 2 => "undecided", 1 => "open", _ => "ok" };
        page.Raw($"<td class=\"{style}\">");
        foreach (MatrixCell cell in cells.OrderByDescending(Weight))
        {
            page.Element("b", cell.Verdict switch { "accepted" => "✓ let in", "rejected" => "✕ refused", _ => "? undecided" });
            page.Raw("<small>").Text(cell.Detail);
            if (cell.Rule is { } rule)
            {
                int finding = report.Findings.Index().Where(one => one.Item.Id == rule && one.Item.Identity == cell.Identity).Select(static one => one.Index).DefaultIfEmpty(
                    report.Findings.Index().Where(one => one.Item.Id == rule || one.Item.AlsoMatches.Contains(rule)).Select(static one => one.Index).DefaultIfEmpty(-1).First()).First();
                page.Raw(" · ");
                _ = finding < 0 || cell.Expected != false ? page.Text(rule) : page.Raw($"<a href=\"#finding-{finding + 1}\">").Text(rule).Raw("</a>");
            }

            page.Raw("</small>");
        }

        page.Raw("</td>");
    }

    internal static int Weight(MatrixCell cell) => (cell.Expected, cell.Verdict) switch
    {
        (false, _) => 3,
        (_, "undecided") => 2,
        (null, _) => 1,
        _ => 0,
    };
}

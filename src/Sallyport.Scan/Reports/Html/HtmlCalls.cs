namespace Sallyport.Scan.Reports.Html;

/// <summary>The picture of the application: each identity at each operation with its certificate, its token, both and neither; a line an operation.</summary>
/// <param name="page">Where to.</param>
internal sealed class HtmlCalls(HtmlPage page)
{
    /// <summary>Writes it; nothing when no such cell was looked at.</summary>
    /// <param name="table">The cells.</param>
    public void Write(CallTable table)
    {
        if (table.IsEmpty)
        {
            return;
        }

        page.Raw("<h2 id=\"calls\">Who may call what</h2>\n<p class=\"lead\">Each identity at each operation that only reads: with certificate and token (C+T), the certificate alone (C), the token, cookie or key alone (T), and nobody with neither.</p>\n")
            .Raw("<section class=\"card calls\"><div class=\"scroll\"><table>\n<thead><tr><th scope=\"col\">Operation</th>");
        foreach (string identity in table.Identities)
        {
            page.Raw("<th scope=\"col\">").Text(identity).Raw("</th>");
        }

        page.Raw("</tr></thead>\n<tbody>\n");
        foreach (string operation in table.Operations)
        {
            page.Raw("<tr><th scope=\"row\">").Text(operation).Raw("</th>");
            foreach (string identity in table.Identities)
            {
                page.Raw("<td>");
                foreach (MatrixCell cell in table.At(operation, identity))
                {
                    string style = HtmlMatrix.Weight(cell) switch { 3 => "wrong", 2 => "undecided", 1 => "open", _ => "ok" };
                    page.Raw($"<i class=\"{style}\" title=\"").Text(cell.Detail).Raw("\">").Raw(CallTable.Mark(cell)).Raw("</i>");
                }

                page.Raw("</td>");
            }

            page.Raw("</tr>\n");
        }

        page.Raw("</tbody></table></div>\n<p class=\"legend\"><span>✓ let in, ✕ refused, ? undecided</span><span><i class=\"ok\"></i>as it should be</span><span><i class=\"wrong\"></i>not as it should be</span>")
            .Raw("<span><i class=\"open\"></i>nothing was declared</span><span><i class=\"undecided\"></i>undecided</span></p></section>\n");
    }
}

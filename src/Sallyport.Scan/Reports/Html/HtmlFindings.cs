using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Sallyport.Scan.Findings;

namespace Sallyport.Scan.Reports.Html;

/// <summary>The findings, each with its proof and its remedy.</summary>
/// <param name="page">Where to.</param>
internal sealed class HtmlFindings(HtmlPage page)
{
    /// <summary>Writes them.</summary>
    public void Write(ScanReport report)
    {
        page.Element("h2", report.Findings.IsEmpty ? "No findings" : Words.Count(report.Findings.Length, "finding")).Raw("\n");
        if (report.Findings.IsEmpty)
        {
            page.Raw("<p class=\"lead\">").Text(report.Tested == 0 ? "Nothing was tested." : $"Of what was tested: {Words.Coverage(report)}.").Raw("</p>\n");
            return;
        }

        Dictionary<string, CheckInfo> rules = report.Rules.ToDictionary(static rule => rule.Id, StringComparer.Ordinal);
        foreach ((int index, Finding finding) in report.Findings.Index())
        {
            One(finding, index, rules.GetValueOrDefault(finding.Id));
        }
    }

    private void One(Finding finding, int index, CheckInfo? rule)
    {
        string number = (index + 1).ToString(CultureInfo.InvariantCulture);
        page.Raw($"<details class=\"card finding\"{(index == 0 ? " open=\"\"" : "")}>\n<summary>")
            .Chip(Words.Slug(finding.Severity), Words.Slug(finding.Severity))
            .Element("strong", finding.Title)
            .Element("small", $"{Words.Rule(finding)} · {Words.Place(finding)} · {Words.Slug(finding.Confidence)}{(finding.Confidence == Confidence.Suspect ? ": does not count" : "")}")
            .Raw($"</summary>\n<div class=\"body\" id=\"finding-{number}\">\n"); // inside, so that a link to it opens it
        page.Raw("<div class=\"two\"><div class=\"pane good\"><h3>Expected</h3>").Element("p", finding.Expected)
            .Raw("</div><div class=\"pane bad\"><h3>Observed</h3>").Element("p", finding.Observed).Raw("</div></div>\n");
        if (rule is not null)
        {
            page.Raw("<h3>Why it matters</h3>").Element("p", $"{rule.Why} {rule.Impact}").Raw("\n");
        }

        Proof(finding);
        Remedy(finding.Remedy);
        page.Raw("<h3>Repeat it</h3>").Block(Visible.Line(finding.Replay)).Raw("<p>");
        foreach (string standard in Words.Standards(finding.Standards))
        {
            page.Chip(standard);
        }

        foreach (string also in finding.AlsoMatches)
        {
            page.Chip($"also {also}");
        }

        page.Raw("</p>\n</div>\n</details>\n");
    }

    private void Proof(Finding finding)
    {
        if (finding.Evidence.IsEmpty)
        {
            return;
        }

        page.Raw("<h3>Proof</h3>\n");
        foreach (Evidence evidence in finding.Evidence)
        {
            page.Raw("<details class=\"evidence\"><summary>").Text($"{evidence.Title}: {Words.Gist(evidence)}").Raw("</summary><div>\n<div class=\"two\"><div><h3>Sent</h3>")
                .Block(evidence.Sent).Raw("</div><div><h3>Received</h3>").Block(evidence.Received).Raw("</div></div>\n");
            if (!evidence.Transcript.IsEmpty)
            {
                page.Raw("<h3>Handshake</h3>").Block(string.Join('\n', evidence.Transcript.Select(Visible.Line)));
            }

            page.Raw("</div></details>\n");
        }
    }

    private void Remedy(Remedy remedy)
    {
        page.Element("h3", remedy.Stack is { } stack ? $"Remedy for {Words.Name(stack)}" : "Remedy").Element("p", remedy.Text).Raw("\n");
        if (remedy.Flaw is null && remedy.Fix is null)
        {
            return;
        }

        page.Raw("<div class=\"two\">");
        if (remedy.Flaw is not null)
        {
            page.Raw("<div class=\"pane bad\"><h3>Instead of</h3>").Block(remedy.Flaw).Raw("</div>");
        }

        if (remedy.Fix is not null)
        {
            page.Raw("<div class=\"pane good\"><h3>Write</h3>").Block(remedy.Fix).Raw("</div>");
        }

        page.Raw("</div>\n");
    }
}

using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.IO;
using System.Linq;
using Sallyport.Scan.Findings;

namespace Sallyport.Scan.Reports.Html;

/// <summary>The report as one HTML file: no script, no request, readable in the dark, in the light and on paper.</summary>
/// <param name="output">Where to.</param>
internal sealed class HtmlReport(TextWriter output)
{
    // Two gates, the second closed: the sally port.
    private const string Mark = """
        <svg viewBox="0 0 44 44" aria-hidden="true" fill="none" stroke="currentColor" stroke-width="2.6" stroke-linecap="round" stroke-linejoin="round">
        <path d="M5 40V17a17 17 0 0 1 34 0v23"/><path d="M13 40V18a9 9 0 0 1 18 0v22"/><path d="M22 9.5V40M13 22h18M13 31h18"/><path d="M2 40h40"/></svg>
        """;

    private readonly HtmlPage _page = new(output);

    /// <summary>Writes the report.</summary>
    public void Write(ScanReport report)
    {
        _page.Raw("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
            .Raw($"<meta http-equiv=\"Content-Security-Policy\" content=\"{HtmlStyle.Policy}\">\n")
            .Raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"referrer\" content=\"no-referrer\">\n")
            .Element("title", $"{(report.Grade is null ? "No grade" : $"Grade {report.Grade}")}: {report.Target} (Sallyport)")
            .Raw($"\n<style>{HtmlStyle.Sheet}</style>\n</head>\n<body>\n");
        Header(report);
        _page.Raw("<main>\n");
        Hero(report);
        CallTable calls = new(report.Matrix);
        new HtmlMatrix(_page).Write(report, calls.Others);
        new HtmlCalls(_page).Write(calls);
        new HtmlFindings(_page).Write(report);
        NotTested(report);
        Facts(report);
        Checks(report);
        _page.Raw("</main>\n");
        Footer(report);
        _page.Raw("</body>\n</html>\n");
    }

    private void Header(ScanReport report) =>
        _page.Raw("<header>\n").Raw(Mark).Raw("<div>\n").Element("h1", report.Target).Raw("\n")
            .Element("p", $"Sallyport report of {Words.When(report.StartedAt)}{(report.Stack is { } stack ? $", {Words.Name(stack)} in front" : "")}").Raw("\n</div>\n</header>\n");

    private void Hero(ScanReport report)
    {
        _page.Raw("<section class=\"card hero\">\n<div class=\"ring\">\n");
        Ring(report);
        _page.Raw("</div>\n<dl>\n");
        string authentication = report.ClientAuthentication switch
        {
            ClientAuthentication.Required => "good",
            ClientAuthentication.Unknown => "",
            _ => "bad",
        };
        string[] sentence = Words.Authentication(report).Split(": ", 2);
        _page.Raw("<dt>Client certificate</dt><dd>").Chip(sentence[0], authentication).Text(sentence[1]).Raw("</dd>\n<dt>Findings</dt><dd>");
        if (report.Findings.IsEmpty)
        {
            _page.Text("none");
        }

        foreach (IGrouping<Severity, Finding> group in report.Findings.GroupBy(static one => one.Severity).OrderByDescending(static group => group.Key))
        {
            _page.Chip($"{group.Count()} {Words.Slug(group.Key)}", Words.Slug(group.Key));
        }

        _page.Raw("</dd>\n<dt>Coverage</dt><dd>").Text(Words.Coverage(report));
        _page.Raw(string.Create(CultureInfo.InvariantCulture, $"<svg class=\"bar\" viewBox=\"0 0 100 2\" preserveAspectRatio=\"none\" aria-hidden=\"true\"><rect class=\"track\" width=\"100\" height=\"2\" rx=\"1\"/><rect class=\"fill\" width=\"{Words.Percent(report)}\" height=\"2\" rx=\"1\"/></svg></dd>\n"));
        if (!report.Categories.IsEmpty)
        {
            _page.Raw("<dt>By category</dt><dd>");
            foreach (CategoryScore category in report.Categories)
            {
                _page.Chip(category.Grade is null ? $"{category.Category.Name}: not graded" : $"{category.Category.Name}: {category.Grade} ({category.Score})", Mood(category.Grade));
            }

            _page.Raw("</dd>\n");
        }

        _page.Raw("<dt>Scan</dt><dd>").Text($"{Words.Slug(report.Mode)} mode, {Words.Span(report.Duration)}, {Words.Count(report.Requests, "request")} "
            + $"({report.RequestsSaved} saved), {Words.Count(report.Connections, "connection")}").Raw("</dd>\n</dl>\n</section>\n");
        if (Words.NoGrade(report) is { } reason)
        {
            _page.Element("p", $"There is no grade: {reason}.", "note").Raw("\n");
        }

        if (report.Partial)
        {
            _page.Element("p", "This report is partial: something planned did not run. What that is stands under “Not tested”.", "note").Raw("\n");
        }
    }

    private void Ring(ScanReport report)
    {
        // A circle of radius 54 is 339.29 round: the arc is the score's part of it.
        double arc = 339.29 * (report.Score ?? 0) / 100;
        string mood = report.Score is > 0 ? Mood(report.Grade) : "none";
        _page.Raw(string.Create(CultureInfo.InvariantCulture, $"""
            <svg viewBox="0 0 140 140" role="img" aria-label="{(report.Grade is null ? "no grade" : $"grade {report.Grade}, score {report.Score} of 100")}">
            <circle class="track" cx="70" cy="70" r="54"/>
            <circle class="arc {mood}" cx="70" cy="70" r="54" transform="rotate(-90 70 70)" stroke-dasharray="{arc:0.0} 400"/>
            <text class="letter" x="70" y="80" text-anchor="middle">{report.Grade ?? "–"}</text>
            <text class="score" x="70" y="102" text-anchor="middle">{(report.Score is { } score ? $"{score} of 100" : "no grade")}</text>
            </svg>

            """));
    }

    private void NotTested(ScanReport report)
    {
        ImmutableArray<Words.Untested> open = Words.NotTested(report);
        if (open.IsEmpty)
        {
            return;
        }

        _page.Raw("<h2>Not tested</h2>\n<p class=\"lead\">Silence is not a pass. This is what the scan could not decide, and what it needs.</p>\n<section class=\"card rows\"><table>\n<tr><th>Checks</th><th>Why, and what to supply</th></tr>\n");
        foreach (Words.Untested one in open)
        {
            _page.Raw("<tr><td class=\"ids\">").Text(string.Join(", ", one.Ids)).Raw("</td><td>").Text(one.Reason);
            if (!one.Needs.IsEmpty)
            {
                _page.Raw("<ul>");
                foreach (string need in one.Needs)
                {
                    _page.Raw("<li>").Element("code", need).Raw("</li>");
                }

                _page.Raw("</ul>");
            }

            _page.Raw("</td></tr>\n");
        }

        _page.Raw("</table></section>\n");
    }

    private void Facts(ScanReport report)
    {
        if (report.Facts.IsEmpty)
        {
            return;
        }

        _page.Raw("<h2>Good to know</h2>\n<p class=\"lead\">Observed, and no weakness.</p>\n<section class=\"card rows\"><table>\n");
        foreach (Fact fact in report.Facts)
        {
            _page.Raw("<tr><td>").Text(fact.Id).Raw("</td><td>").Text(fact.Title).Raw("</td><td>").Text(fact.Value).Raw("</td></tr>\n");
        }

        _page.Raw("</table></section>\n");
    }

    private void Checks(ScanReport report)
    {
        Dictionary<string, CheckInfo> rules = report.Rules.ToDictionary(static rule => rule.Id, StringComparer.Ordinal);
        _page.Raw("<h2>Every check</h2>\n<section class=\"card rows\"><table>\n<tr><th>Rule</th><th>What it looks for</th><th>Outcome</th></tr>\n");
        foreach (CheckSummary check in report.Checks)
        {
            (string word, string style) = check.Outcome switch
            {
                "passed" => ("passed", "good"),
                "failed" => Words.Proven(report, check) ? ("found", "bad") : ("suspected", "warn"),
                "notTested" => ("not tested", "warn"),
                _ => ("not applicable", ""),
            };
            _page.Raw("<tr><td>").Text(check.Id).Raw("</td><td>").Text(rules.GetValueOrDefault(check.Id)?.Title);
            if (check.Outcome == "notApplicable")
            {
                _page.Raw("<br>").Element("small", check.Reason);
            }

            _page.Raw("</td><td>").Chip(word, style).Raw("</td></tr>\n");
        }

        _page.Raw("</table></section>\n");
    }

    private void Footer(ScanReport report)
    {
        _page.Raw("<footer>\n<p>").Text($"Made by sallyport {report.ToolVersion} from the outside of this API. A grade counts confirmed and firm findings only; read it with the coverage. ")
            .Text("Tokens, cookies and keys are never in a report.").Raw("</p>\n");
        if (!report.MintedSerials.IsEmpty)
        {
            _page.Raw("<details><summary>").Text($"{Words.Count(report.MintedSerials.Length, "certificate was", "certificates were")} minted under your CA for this scan, in memory only: show the serials")
                .Raw("</summary><p>").Text(string.Join(", ", report.MintedSerials)).Raw("</p></details>\n");
        }

        _page.Raw("</footer>\n");
    }

    private static string Mood(string? grade) => grade switch
    {
        "A" or "B" => "good",
        "C" or "D" => "warn",
        null => "",
        _ => "bad",
    };
}

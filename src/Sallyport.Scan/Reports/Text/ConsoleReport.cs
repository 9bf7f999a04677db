using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using Sallyport.Scan.Findings;

namespace Sallyport.Scan.Reports.Text;

/// <summary>The report for a terminal: the grade, what it rests on, what was found, and what was not looked at.</summary>
/// <param name="output">Where to.</param>
/// <param name="colour">Whether ANSI colours are used.</param>
internal sealed class ConsoleReport(TextWriter output, bool colour)
{
    private const int Width = 100;
    private const string Bold = "1";
    private const string Dim = "2";
    private const string Green = "32";

    /// <summary>Writes the report.</summary>
    public void Write(ScanReport report)
    {
        Head(report);
        Findings(report.Findings);
        Facts(report.Facts);
        NotTested(report);
        Tail(report);
    }

    private void Head(ScanReport report)
    {
        Line(Paint("Sallyport", Bold) + " " + Visible.Line(report.ToolVersion) + "  " + Paint(Visible.Line(report.Target), Bold)
            + (report.Stack is { } stack ? $"  ({Words.Name(stack)})" : ""));
        Line(Paint($"{Words.Slug(report.Mode)} mode, {Words.When(report.StartedAt)}, {Words.Span(report.Duration)}, "
            + $"{Words.Count(report.Requests, "request")} ({report.RequestsSaved} saved), {Words.Count(report.Connections, "connection")}", Dim));
        Line();
        string grade = report.Grade is { } known
            ? $"{Paint(colour ? $" {known} " : known, GradeColour(known))}  (score {report.Score} of 100)"
            : $"none: {Visible.Line(Words.NoGrade(report))}";
        Field("Grade", grade);
        Field("Coverage", Words.Coverage(report));
        Field("Client certificate", Paint(Words.Authentication(report), report.ClientAuthentication == ClientAuthentication.Required ? Green : Bold));
        if (report.Partial)
        {
            Field("Partial", "something planned did not run; see below");
        }

        foreach (CategoryScore category in report.Categories)
        {
            Field(Visible.Line(category.Category.Name), category.Grade is null ? "not graded" : $"{category.Grade}  ({category.Score})");
        }
    }

    private void Findings(ImmutableArray<Finding> findings)
    {
        Section(findings.IsEmpty ? "No findings" : Words.Count(findings.Length, "finding"));
        foreach (Finding finding in findings)
        {
            string severity = Words.Slug(finding.Severity).ToUpperInvariant();
            Line($"{Paint($"{severity,-8}", SeverityColour(finding.Severity))}  {Paint($"{Visible.Line(Words.Rule(finding)),-10}", Bold)}  {Visible.Line(finding.Title)}");
            Detail("where", $"{Words.Place(finding)} [{Words.Slug(finding.Confidence)}{(finding.Confidence == Confidence.Suspect ? ", does not count" : "")}]");
            Detail("expected", finding.Expected);
            Detail("observed", finding.Observed);
            foreach (Evidence evidence in finding.Evidence.Take(3))
            {
                Detail("proof", $"{evidence.Title}: {Words.Gist(evidence)}");
            }

            Detail("fix", finding.Remedy.Text);
            Code(finding.Remedy.Fix);
            Detail("repeat", finding.Replay, wrap: false);
            if (!finding.AlsoMatches.IsEmpty)
            {
                Detail("also", string.Join(", ", finding.AlsoMatches));
            }

            Line();
        }
    }

    private void Facts(ImmutableArray<Fact> facts)
    {
        if (facts.IsEmpty)
        {
            return;
        }

        Section("Good to know");
        foreach (Fact fact in facts)
        {
            Hanging($"  {Visible.Line(fact.Id),-10}  ", $"{fact.Title}: {fact.Value}");
        }
    }

    private void NotTested(ScanReport report)
    {
        ImmutableArray<Words.Untested> open = Words.NotTested(report);
        if (open.IsEmpty)
        {
            return;
        }

        Section($"Not tested: {Words.Count(open.Sum(static one => one.Ids.Length), "check")}");
        foreach (Words.Untested one in open)
        {
            Hanging("  ", string.Join(", ", one.Ids));
            Detail("because", one.Reason);
            foreach (string need in one.Needs)
            {
                Detail("supply", need);
            }
        }
    }

    private void Tail(ScanReport report)
    {
        IEnumerable<string> counts = new[] { "passed", "failed", "notTested", "notApplicable" }
            .Select(outcome => (outcome, count: report.Checks.Count(check => check.Outcome == outcome)))
            .Select(static one => $"{one.count} {Spelled(one.outcome)}");
        Line();
        Line(Paint($"{Words.Count(report.Checks.Length, "check")}: {string.Join(", ", counts)}", Dim));
        if (!report.MintedSerials.IsEmpty)
        {
            Line(Paint($"{Words.Count(report.MintedSerials.Length, "certificate was", "certificates were")} minted under your CA, in memory only; the file reports list the serials.", Dim));
        }

        if (!report.Writes.IsEmpty)
        {
            int left = report.Writes.Count(static one => one.State is WriteState.Open or WriteState.NotRestored);
            Line(Paint($"{Words.Count(report.Writes.Length, "request", "requests")} may have written{(left == 0 ? "; all that had to be undone was" : $"; {left} could NOT be undone: see writes in the JSON report")}.", Dim));
        }
    }

    private static string Spelled(string outcome) => outcome switch { "notTested" => "not tested", "notApplicable" => "not applicable", _ => outcome };

    private void Section(string title)
    {
        Line();
        Line(Paint(title, Bold));
    }

    private void Field(string name, string value) => Line($"  {name,-20}{value}");

    private void Detail(string name, string text, bool wrap = true)
    {
        if (wrap)
        {
            Hanging($"          {Paint($"{name,-9}", Dim)} ", text, indent: 20);
        }
        else
        {
            Line($"          {Paint($"{name,-9}", Dim)} {Visible.Line(text)}");
        }
    }

    private void Code(string? code)
    {
        if (code is null)
        {
            return;
        }

        foreach (string line in Visible.Lines(code))
        {
            Line($"                      {Paint(line, Green)}");
        }
    }

    private void Hanging(string head, string text, int? indent = null)
    {
        int column = indent ?? head.Length;
        foreach (string line in Visible.Wrap(text, Width - column))
        {
            Line(head + line);
            head = new string(' ', column);
        }
    }

    private void Line(string text = "")
    {
        output.Write(text.TrimEnd());
        output.Write('\n');
    }

    private string Paint(string text, string code) => colour ? $"\e[{code}m{text}\e[0m" : text;

    private static string SeverityColour(Severity severity) => severity switch
    {
        Severity.Critical => "1;97;41",
        Severity.High => "1;31",
        Severity.Medium => "1;33",
        _ => "36",
    };

    private static string GradeColour(string grade) => grade switch
    {
        "A" or "B" => "1;97;42",
        "C" or "D" => "1;30;43",
        _ => "1;97;41",
    };
}

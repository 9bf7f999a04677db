using System;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Text;
using Sallyport.Scan.Findings;

namespace Sallyport.Scan.Reports.Text;

/// <summary>The report as Markdown (CommonMark with tables), for a pull request or a job summary. Text from outside is escaped, never markup.</summary>
/// <param name="output">Where to.</param>
internal sealed class MarkdownReport(TextWriter output)
{
    /// <summary>Writes the report.</summary>
    public void Write(ScanReport report)
    {
        Line($"# Sallyport report: {Text(report.Target)}");
        Line();
        Line(report.Grade is { } grade
            ? $"**Grade {grade}**, score {report.Score} of 100. Coverage: {Words.Coverage(report)}."
            : $"**No grade**: {Text(Words.NoGrade(report))}. Coverage: {Words.Coverage(report)}.");
        Line();
        Line($"- Client certificate: **{Words.Authentication(report)}**");
        Line($"- {Text(Words.Slug(report.Mode))} mode, {Words.When(report.StartedAt)}, {Words.Span(report.Duration)}, "
            + $"{Words.Count(report.Requests, "request")} ({report.RequestsSaved} saved), {Words.Count(report.Connections, "connection")}, sallyport {Text(report.ToolVersion)}");
        if (report.Partial)
        {
            Line("- **Partial**: something planned did not run");
        }

        Line();
        Findings(report.Findings);
        CallTable calls = new(report.Matrix);
        Matrix(calls.Others);
        MarkdownCalls.Write(calls, Line);
        Facts(report.Facts);
        NotTested(report);
        if (!report.MintedSerials.IsEmpty)
        {
            Line($"Certificates minted under your CA: {Text(string.Join(", ", report.MintedSerials))}");
        }
    }

    private void Findings(ImmutableArray<Finding> findings)
    {
        Line($"## {(findings.IsEmpty ? "No findings" : Words.Count(findings.Length, "finding"))}");
        Line();
        if (findings.IsEmpty)
        {
            return;
        }

        Line("| Severity | Rule | Finding | Where | Confidence |");
        Line("|---|---|---|---|---|");
        foreach (Finding finding in findings)
        {
            Line($"| {Words.Slug(finding.Severity)} | {Text(Words.Rule(finding))} | {Text(finding.Title)} | {Text(Words.Place(finding))} | {Words.Slug(finding.Confidence)} |");
        }

        Line();
        foreach (Finding finding in findings)
        {
            Line($"### {Text(Words.Rule(finding))}: {Text(finding.Title)}");
            Line();
            Line($"{Words.Slug(finding.Severity)}, {Words.Slug(finding.Confidence)}, {Text(Words.Place(finding))}. {Text(string.Join(", ", Words.Standards(finding.Standards)))}");
            Line();
            Line($"- Expected: {Text(finding.Expected)}");
            Line($"- Observed: {Text(finding.Observed)}");
            if (!finding.AlsoMatches.IsEmpty)
            {
                Line($"- Also matches: {Text(string.Join(", ", finding.AlsoMatches))}");
            }

            Line($"- Fix: {Text(finding.Remedy.Text)}");
            Line();
            Fenced(finding.Remedy.Fix);
            foreach (Evidence evidence in finding.Evidence)
            {
                Line($"Evidence: {Text(evidence.Title)}");
                Line();
                Fenced($"{evidence.Sent}\n\n{evidence.Received}" + (evidence.Transcript.IsEmpty ? "" : "\n\n" + string.Join('\n', evidence.Transcript)));
            }

            Line("Repeat it:");
            Line();
            Fenced(Visible.Line(finding.Replay));
        }
    }

    private void Matrix(ImmutableArray<MatrixCell> cells)
    {
        if (cells.IsEmpty)
        {
            return;
        }

        string[] operations = [.. cells.Select(static cell => cell.Operation).Distinct(StringComparer.Ordinal)];
        Line("## Who may do what");
        Line();
        Line($"| Identity | {string.Join(" | ", operations.Select(Text))} |");
        Line($"|---|{string.Concat(operations.Select(static _ => "---|"))}");
        foreach (IGrouping<string, MatrixCell> row in cells.GroupBy(static cell => cell.Identity, StringComparer.Ordinal))
        {
            Line($"| {Text(row.Key)} | {string.Join(" | ", operations.Select(operation => Cell(row.Where(cell => cell.Operation == operation))))} |");
        }

        Line();
    }

    private static string Cell(System.Collections.Generic.IEnumerable<MatrixCell> cells) =>
        string.Join("; ", cells.Select(static cell => $"{(cell.Expected == false ? "**wrong:** " : "")}{Text(cell.Verdict)}: {Text(cell.Detail)}"));

    private void Facts(ImmutableArray<Fact> facts)
    {
        if (facts.IsEmpty)
        {
            return;
        }

        Line("## Good to know");
        Line();
        foreach (Fact fact in facts)
        {
            Line($"- {Text(fact.Id)}, {Text(fact.Title)}: {Text(fact.Value)}");
        }

        Line();
    }

    private void NotTested(ScanReport report)
    {
        ImmutableArray<Words.Untested> open = Words.NotTested(report);
        if (open.IsEmpty)
        {
            return;
        }

        Line("## Not tested");
        Line();
        foreach (Words.Untested one in open)
        {
            Line($"- {Text(string.Join(", ", one.Ids))}: {Text(one.Reason)}.{string.Concat(one.Needs.Select(static need => $" Supply {Text(need)}."))}");
        }

        Line();
    }

    private void Fenced(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return;
        }

        // A fence longer than any run of backticks inside cannot be closed from inside (CommonMark 0.31, section 4.5).
        string block = Visible.Block(text).TrimEnd('\n');
        string fence = new('`', Math.Max(3, LongestRun(block) + 1));
        Line(fence + "text");
        Line(block);
        Line(fence);
        Line();
    }

    private static int LongestRun(string text)
    {
        int longest = 0;
        int run = 0;
        foreach (char c in text)
        {
            run = c == '`' ? run + 1 : 0;
            longest = Math.Max(longest, run);
        }

        return longest;
    }

    internal static string Text(string? text)
    {
        var escaped = new StringBuilder();
        foreach (char c in Visible.Line(text))
        {
            // Entities where HTML would begin, a backslash before every other mark that CommonMark or GitHub could read as one.
            _ = c switch
            {
                '<' => escaped.Append("&lt;"),
                '>' => escaped.Append("&gt;"),
                '&' => escaped.Append("&amp;"),
                '@' => escaped.Append("&#64;"),
                ':' => escaped.Append("&#58;"),
                '\\' or '`' or '*' or '_' or '{' or '}' or '[' or ']' or '(' or ')' or '#' or '!' or '|' or '~' or '$' => escaped.Append('\\').Append(c),
                _ => escaped.Append(c),
            };
        }

        return escaped.ToString();
    }

    private void Line(string text = "")
    {
        output.Write(text);
        output.Write('\n');
    }
}

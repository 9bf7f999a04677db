using System;
using System.IO;
using System.Linq;
using Sallyport.Scan.Reports;

namespace Sallyport.Scan.Tests.Reports;

public sealed class MarkdownReportTests
{
    [Fact]
    public void Says_grade_findings_matrix_and_what_was_not_tested()
    {
        string text = Written(SampleReports.Naked());

        text.ShouldContain("**Grade F**, score 18 of 100. Coverage: 7 of 10 probes (70 %).");
        text.ShouldContain("| critical | MTLS-103 | The title of MTLS-103 | GET /profiles/\\{id\\} as rogue CA, same names | confirmed |");
        text.ShouldContain("| none | **wrong:** accepted: HTTP 200 |");
        text.ShouldContain("- MTLS-126: it runs in intrusive mode only. Supply --mode intrusive.");
    }

    [Fact]
    public void Says_why_there_is_no_grade() => Written(SampleReports.Unreachable()).ShouldContain("**No grade**: the target could not be surveyed");

    [Fact]
    public void Hostile_text_stays_inside_its_fence_cell_or_paragraph()
    {
        string[] lines = Written(SampleReports.HostileReport()).Split('\n');
        string? fence = null;
        foreach (string line in lines)
        {
            string ticks = string.Concat(line.TakeWhile(static c => c == '`'));
            if (fence is null && ticks.Length >= 3)
            {
                line.ShouldBe(ticks + "text");
                fence = ticks;
            }
            else if (fence is not null && line == fence)
            {
                fence = null;
            }
            else if (fence is null)
            {
                // Outside of a fence: no markup of theirs, and no table row with a cell too many.
                line.ShouldNotContain("<");
                line.ShouldNotContain("](");
                line.ShouldNotContain("@all");
                line.Where(static c => char.IsControl(c)).ShouldBeEmpty();
            }
        }

        fence.ShouldBeNull();
        string[] rows = [.. lines.Where(static line => line.StartsWith("| ", StringComparison.Ordinal) && line.Contains("alert", StringComparison.Ordinal) && line.Contains("critical", StringComparison.Ordinal))];
        rows.ShouldNotBeEmpty();
        rows.ShouldAllBe(static row => row.Replace("\\|", "", StringComparison.Ordinal).Count(static c => c == '|') == 6);
    }

    private static string Written(ScanReport report)
    {
        using var output = new StringWriter();
        ReportWriter.Write(report, ReportFormat.Markdown, output);
        return output.ToString();
    }
}

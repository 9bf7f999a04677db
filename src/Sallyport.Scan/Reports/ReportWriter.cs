using System;
using System.IO;
using Sallyport.Scan.Reports.Html;
using Sallyport.Scan.Reports.Json;
using Sallyport.Scan.Reports.Sarif;
using Sallyport.Scan.Reports.Text;

namespace Sallyport.Scan.Reports;

/// <summary>Writes a report in any of its formats. The same report always gives the same text.</summary>
public static class ReportWriter
{
    /// <summary>Writes a report.</summary>
    /// <param name="report">The report.</param>
    /// <param name="format">The format.</param>
    /// <param name="output">Where to; UTF-8 when it is a file. Not closed. Lines end in LF.</param>
    /// <param name="colour">Whether ANSI colours are used; only <see cref="ReportFormat.Console"/> has them.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="format"/> is none of the six.</exception>
    public static void Write(ScanReport report, ReportFormat format, TextWriter output, bool colour = false)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(output);
        switch (format)
        {
            case ReportFormat.Console:
                new ConsoleReport(output, colour).Write(report);
                break;
            case ReportFormat.Json:
                JsonReportWriter.Write(report, output);
                break;
            case ReportFormat.Sarif:
                SarifReport.Write(report, output);
                break;
            case ReportFormat.Html:
                new HtmlReport(output).Write(report);
                break;
            case ReportFormat.Junit:
                JunitReport.Write(report, output);
                break;
            case ReportFormat.Markdown:
                new MarkdownReport(output).Write(report);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(format), format, "One of the six formats.");
        }
    }

    /// <summary>The name of a report's file in an output directory.</summary>
    /// <param name="format">The format.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="format"/> is none of the six.</exception>
    public static string FileName(ReportFormat format) => format switch
    {
        ReportFormat.Console => "report.txt",
        ReportFormat.Json => "report.json",
        ReportFormat.Sarif => "report.sarif",
        ReportFormat.Html => "report.html",
        ReportFormat.Junit => "report.junit.xml",
        ReportFormat.Markdown => "report.md",
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, "One of the six formats."),
    };
}

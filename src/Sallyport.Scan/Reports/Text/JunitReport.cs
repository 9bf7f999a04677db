using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using System.Xml;
using Sallyport.Scan.Findings;

namespace Sallyport.Scan.Reports.Text;

/// <summary>The report as JUnit XML: one suite a category, one case a check.</summary>
/// <remarks>What was not tested is skipped, never passed; so is what is only suspected, because a suspicion must not break a build.</remarks>
internal static class JunitReport
{
    /// <summary>Writes the report.</summary>
    public static void Write(ScanReport report, TextWriter output)
    {
        var settings = new XmlWriterSettings { Indent = true, NewLineChars = "\n", Encoding = new UTF8Encoding(false), OmitXmlDeclaration = true, CloseOutput = false };
        output.Write("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n");
        using (var xml = XmlWriter.Create(output, settings))
        {
            Suites(xml, report);
        }

        output.Write('\n');
    }

    private static void Suites(XmlWriter xml, ScanReport report)
    {
        xml.WriteStartElement("testsuites");
        Attribute(xml, "name", $"sallyport {report.Target}");
        Counts(xml, report, report.Checks);
        Attribute(xml, "time", report.Duration.TotalSeconds.ToString("0.000", CultureInfo.InvariantCulture));
        foreach (IGrouping<Category, CheckInfo> category in report.Rules.GroupBy(static rule => rule.Category).OrderBy(static group => group.Key.Slug, System.StringComparer.Ordinal))
        {
            HashSet<string> ids = [.. category.Select(static rule => rule.Id)];
            List<CheckSummary> checks = [.. report.Checks.Where(check => ids.Contains(check.Id))];
            xml.WriteStartElement("testsuite");
            Attribute(xml, "name", category.Key.Slug);
            Counts(xml, report, checks);
            Attribute(xml, "timestamp", report.StartedAt.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture));
            foreach (CheckSummary check in checks)
            {
                Case(xml, report, check, category.First(rule => rule.Id == check.Id));
            }

            xml.WriteEndElement();
        }

        xml.WriteEndElement();
    }

    private static void Case(XmlWriter xml, ScanReport report, CheckSummary check, CheckInfo rule)
    {
        xml.WriteStartElement("testcase");
        Attribute(xml, "classname", $"sallyport.{rule.Category.Slug}");
        Attribute(xml, "name", $"{check.Id} {rule.Title}");
        ImmutableArray<Finding> findings = Words.FindingsOf(report, check);
        if (Words.Proven(report, check))
        {
            xml.WriteStartElement("failure");
            Attribute(xml, "type", Words.Slug(findings[0].Severity));
            Attribute(xml, "message", findings[0].Observed);
            Text(xml, string.Join("\n\n", findings.Select(Described)));
            xml.WriteEndElement();
        }
        else if (check.Outcome == "failed")
        {
            xml.WriteStartElement("skipped");
            Attribute(xml, "message", $"suspected: {string.Join("; ", findings.Select(static finding => finding.Observed))}");
            xml.WriteEndElement();
        }
        else if (check.Outcome is "notTested" or "notApplicable")
        {
            xml.WriteStartElement("skipped");
            Attribute(xml, "message", $"{(check.Outcome == "notTested" ? "not tested" : "not applicable")}: {check.Reason}"
                + (check.Needs.IsEmpty ? "" : $" (supply {string.Join("; ", check.Needs)})"));
            xml.WriteEndElement();
        }

        xml.WriteEndElement();
    }

    private static string Described(Finding finding) =>
        $"""
        {Words.Rule(finding)} {finding.Title} [{Words.Slug(finding.Severity)}, {Words.Slug(finding.Confidence)}]
        where: {Words.Place(finding)}
        expected: {finding.Expected}
        observed: {finding.Observed}
        fix: {finding.Remedy.Text}
        repeat: {finding.Replay}
        """;

    private static void Counts(XmlWriter xml, ScanReport report, IReadOnlyCollection<CheckSummary> checks)
    {
        int failures = checks.Count(check => Words.Proven(report, check));
        int passes = checks.Count(static check => check.Outcome == "passed");
        Attribute(xml, "tests", checks.Count.ToString(CultureInfo.InvariantCulture));
        Attribute(xml, "failures", failures.ToString(CultureInfo.InvariantCulture));
        Attribute(xml, "errors", "0");
        Attribute(xml, "skipped", (checks.Count - failures - passes).ToString(CultureInfo.InvariantCulture));
    }

    // XML 1.0 has no way to hold most control characters; they are written out.
    private static void Attribute(XmlWriter xml, string name, string value) => xml.WriteAttributeString(name, Visible.Line(value));

    private static void Text(XmlWriter xml, string value) => xml.WriteString(Visible.Block(value));
}

using System.IO;
using System.Linq;
using System.Xml.Linq;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Reports;

namespace Sallyport.Scan.Tests.Reports;

public sealed class JunitReportTests
{
    [Fact]
    public void Each_check_is_a_case_of_its_categorys_suite_and_the_counts_agree()
    {
        XElement root = Written(SampleReports.Naked());

        root.Elements("testsuite").Select(static suite => (string?)suite.Attribute("name")).ShouldBe(["encryption", "mutual-tls"]);
        foreach (XElement suite in root.Elements("testsuite").Append(root))
        {
            XElement[] cases = [.. suite.Descendants("testcase")];
            ((int?)suite.Attribute("tests")).ShouldBe(cases.Length);
            ((int?)suite.Attribute("failures")).ShouldBe(cases.Count(static one => one.Element("failure") is not null));
            ((int?)suite.Attribute("skipped")).ShouldBe(cases.Count(static one => one.Element("skipped") is not null));
        }

        ((int?)root.Attribute("tests")).ShouldBe(10);
        ((int?)root.Attribute("failures")).ShouldBe(3);
    }

    [Fact]
    public void What_was_not_tested_is_skipped_with_what_to_supply()
    {
        string? message = (string?)Case(Written(SampleReports.Naked()), "MTLS-110").Element("skipped")?.Attribute("message");

        message.ShouldBe("not tested: the key of the client CA was not given (supply --client-ca FILE --client-ca-key FILE (clientCa.cert and .key))");
    }

    [Fact]
    public void A_suspicion_breaks_no_build()
    {
        XElement suspected = Case(Written(SampleReports.Naked()), "TLS-018");

        suspected.Element("failure").ShouldBeNull();
        ((string?)suspected.Element("skipped")?.Attribute("message")).ShouldNotBeNull().ShouldStartWith("suspected: ");
    }

    [Fact]
    public void A_folded_check_fails_by_the_finding_that_stands_for_it()
    {
        ScanReport report = SampleReports.Naked();
        Finding rogue = report.Findings.Single(static one => one.Id == "MTLS-103");
        report = report with { Findings = [.. report.Findings.Where(static one => one.Id != "MTLS-002").Select(one => one == rogue ? one with { AlsoMatches = ["MTLS-002"] } : one)] };

        Case(Written(report), "MTLS-002").Element("failure").ShouldNotBeNull().Value.ShouldContain("MTLS-103");
    }

    [Fact]
    public void Hostile_text_stays_text()
    {
        XElement root = Written(SampleReports.HostileReport());

        root.DescendantsAndSelf().Select(static one => one.Name.LocalName).Distinct().Order().ShouldBe(["failure", "skipped", "testcase", "testsuite", "testsuites"]);
        Case(root, "MTLS-103").Element("failure").ShouldNotBeNull().Value.ShouldContain("</script><script>alert(1)</script>");
        Case(root, "MTLS-103").Element("failure")!.Value.ShouldContain("]]>"); // just seen
    }

    private static XElement Case(XElement root, string id) =>
        root.Descendants("testcase").Single(one => ((string?)one.Attribute("name"))!.StartsWith(id, System.StringComparison.Ordinal)); // every case has a name

    private static XElement Written(ScanReport report)
    {
        using var output = new StringWriter();
        ReportWriter.Write(report, ReportFormat.Junit, output);
        return XElement.Parse(output.ToString());
    }
}

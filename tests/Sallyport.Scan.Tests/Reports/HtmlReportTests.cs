using System;
using System.IO;
using System.Linq;
using System.Net;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Reports.Html;

namespace Sallyport.Scan.Tests.Reports;

public sealed partial class HtmlReportTests
{
    [Theory]
    [InlineData("naked")]
    [InlineData("guarded")]
    [InlineData("hostile")]
    [InlineData("unreachable")]
    public void Every_element_is_closed_and_none_is_a_script_a_link_out_or_a_handler(string which)
    {
        // The page is written so that, doctype and void elements apart, it is XML as well: a parser that forgives nothing reads it.
        XElement page = XElement.Parse(Voids().Replace(Written(Report(which))["<!DOCTYPE html>\n".Length..].Replace("&nbsp;", " ", StringComparison.Ordinal), "<${element}/>"));

        string[] elements = [.. page.DescendantsAndSelf().Select(static one => one.Name.LocalName).Distinct()];
        elements.ShouldBeSubsetOf(
        [
            "html", "head", "meta", "title", "style", "body", "header", "main", "footer", "section", "div", "h1", "h2", "h3", "p", "dl", "dt", "dd", "span", "svg", "path", "circle",
            "rect", "text", "table", "thead", "tbody", "tr", "th", "td", "b", "small", "i", "a", "br", "details", "summary", "strong", "pre", "code", "ul", "li",
        ]);
        foreach (XAttribute attribute in page.Descendants().Attributes())
        {
            string name = attribute.Name.LocalName;
            name.StartsWith("on", StringComparison.OrdinalIgnoreCase).ShouldBeFalse();
            name.ShouldNotBe("style");
            name.ShouldNotBe("src");
            if (name == "href")
            {
                attribute.Value.ShouldStartWith("#finding-");
                page.Descendants().Attributes("id").ShouldContain(id => "#" + id.Value == attribute.Value);
            }
        }
    }

    /// <summary>Fifty operations and four identities: a line an operation, a column an identity, and none of it in the certificate matrix.</summary>
    [Fact]
    public void Shows_who_may_call_what_with_a_line_an_operation()
    {
        string[] identities = ["none", "alice", "bob", "carol", "root"];
        ScanReport report = SampleReports.Naked() with
        {
            Matrix =
            [
                .. from operation in Enumerable.Range(0, 50)
                   from identity in identities
                   from credentials in identity == "none" ? ["neither"] : new[] { "both", "certificate", "token" }
                   select new MatrixCell(identity, $"GET /things{operation}/{{id}}", credentials == "both" ? "accepted" : "rejected", "HTTP 200", operation == 7 ? false : null, null) { Credentials = credentials },
                new("none", "GET /things3/{id}", "rejected", "HTTP/1.1: HTTP 401", true, "MTLS-301"),
            ],
        };

        XElement page = XElement.Parse(Voids().Replace(Written(report)["<!DOCTYPE html>\n".Length..].Replace("&nbsp;", " ", StringComparison.Ordinal), "<${element}/>"));

        XElement table = page.Descendants("section").Single(static one => one.Attribute("class")?.Value == "card calls").Descendants("table").Single();
        table.Descendants("thead").Descendants("th").Select(static one => one.Value).ShouldBe(["Operation", "alice", "bob", "carol", "root", "none", "no certificate, each way"]);
        table.Descendants("tbody").Elements("tr").Count().ShouldBe(50);
        XElement line = table.Descendants("tbody").Elements("tr").ElementAt(3);
        line.Elements().Select(static one => one.Value).ShouldBe(["GET /things3/{id}", "C+T ✓C ✕T ✕", "C+T ✓C ✕T ✕", "C+T ✓C ✕T ✕", "C+T ✓C ✕T ✕", "✕", "✕"]);
        table.Descendants("i").Count(static one => one.Attribute("class")?.Value == "wrong").ShouldBe(13);
        page.Descendants("section").ShouldNotContain(static one => one.Attribute("class") != null && one.Attribute("class")!.Value.StartsWith("card matrix", StringComparison.Ordinal)); // asked for just before
    }

    [Fact]
    public void The_policy_allows_its_own_style_sheet_and_nothing_else()
    {
        HtmlStyle.Policy.ShouldMatch("^default-src 'none'; style-src 'sha256-[A-Za-z0-9+/=]{44}'; base-uri 'none'; form-action 'none'$");
        Written(SampleReports.Naked()).ShouldContain($"<style>{HtmlStyle.Sheet}</style>");
    }

    [Fact]
    public void Shows_grade_coverage_client_authentication_matrix_findings_and_what_was_not_tested()
    {
        string text = Text(Written(SampleReports.Naked()));

        text.ShouldContain("18 of 100");
        text.ShouldContain("7 of 10 probes (70 %)");
        text.ShouldContain("requested, and a client without one is served as well");
        text.ShouldContain("rogue CA, same names");
        text.ShouldContain("not as it should be");
        text.ShouldContain("The title of MTLS-103");
        text.ShouldContain("sallyport scan https://api.example.test --checks MTLS-103");
        text.ShouldContain("--client-ca FILE --client-ca-key FILE (clientCa.cert and .key)");
    }

    [Fact]
    public void Tells_what_was_found_from_what_is_only_suspected()
    {
        string html = Written(SampleReports.Naked());

        html.ShouldContain("<tr><td>MTLS-103</td><td>The title of MTLS-103</td><td><span class=\"chip bad\">found</span></td></tr>");
        html.ShouldContain("<tr><td>TLS-018</td><td>The title of TLS-018</td><td><span class=\"chip warn\">suspected</span></td></tr>");
    }

    [Fact]
    public void A_matrix_cell_links_to_the_finding_of_its_rule()
    {
        ScanReport report = SampleReports.Naked();
        int place = report.Findings.Index().Single(static one => one.Item.Id == "MTLS-103").Index + 1;

        Written(report).ShouldContain($"<a href=\"#finding-{place}\">MTLS-103</a>");
    }

    [Fact]
    public void Hostile_text_is_shown_and_never_markup()
    {
        string html = Written(SampleReports.HostileReport());

        html.ShouldNotContain("<script");
        html.ShouldNotContain("<img");
        html.ShouldNotContain("<!--");
        html.Where(static c => char.IsControl(c) && c != '\n').ShouldBeEmpty();
        Text(html).ShouldContain("<script>alert(1)</script>");
    }

    private static string Text(string html) => WebUtility.HtmlDecode(Tags().Replace(html, ""));

    private static ScanReport Report(string which) => which switch
    {
        "naked" => SampleReports.Naked(),
        "guarded" => SampleReports.Guarded(),
        "hostile" => SampleReports.HostileReport(),
        _ => SampleReports.Unreachable(),
    };

    private static string Written(ScanReport report)
    {
        using var output = new StringWriter();
        ReportWriter.Write(report, ReportFormat.Html, output);
        return output.ToString();
    }

    [GeneratedRegex("<(?<element>(meta|br)[^>]*)>", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex Voids();

    [GeneratedRegex("<[^>]*>", RegexOptions.None, 5000)]
    private static partial Regex Tags();
}

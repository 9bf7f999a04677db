using System;
using System.IO;
using System.Linq;
using System.Text.Json;
using Sallyport.Scan.Engine;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Tests.Engine;

namespace Sallyport.Scan.Tests.Reports;

public sealed class ExplanationTests
{
    [Fact]
    public void Explains_why_impact_how_fix_standards_and_sources_in_this_order()
    {
        string text = Written(output => Explanation.Write(SampleReports.Rc4, output));

        string[] headings = ["TLS-003  The title of TLS-003", "Why it matters", "Impact", "How it is tested", "Variants", "Fix\n", "Fix for nginx", "instead of", "write", "Standards", "Sources"];
        headings.Select(heading => text.IndexOf(heading, StringComparison.Ordinal)).ShouldBeInOrder();
        headings.ShouldAllBe(heading => text.Contains(heading, StringComparison.Ordinal));
        text.ShouldContain("Encryption, low to high, safe mode");
        text.ShouldContain("TLS-003/rc4");
        text.ShouldContain("ssl_verify_client on;");
        text.ShouldContain("CWE-295");
        text.ShouldContain("RFC 8446, section 4.4.2");
        text.ShouldNotContain('\e');
    }

    [Fact]
    public void Every_rule_of_the_catalogue_can_be_explained_and_says_something_under_each_heading()
    {
        foreach (CheckInfo rule in CheckCatalog.Rules)
        {
            string[] lines = Written(output => Explanation.Write(rule, output)).Split('\n');

            foreach (string heading in new[] { "Why it matters", "Impact", "How it is tested", "Sources" })
            {
                lines[Array.IndexOf(lines, heading) + 1].Trim().Length.ShouldBeGreaterThan(5, $"{rule.Id}: {heading}");
            }
        }
    }

    [Fact]
    public void Lists_rules_with_severity_and_mode()
    {
        string table = Written(output => Explanation.WriteTable([FakeCheck.Rule("MTLS-001", severity: null), FakeCheck.Rule("MTLS-126", Severity.Low, mode: ScanMode.Intrusive), SampleReports.Rc4], output));

        table.ShouldBe("""
            Mutual TLS (mutual-tls)
              MTLS-001   fact               safe       The title of MTLS-001
              MTLS-126   low                intrusive  The title of MTLS-126

            Encryption (encryption)
              TLS-003    low to high        safe       The title of TLS-003

            3 checks. sallyport explain ID tells more.

            """);
    }

    [Fact]
    public void Lists_rules_as_json_with_all_that_they_declare()
    {
        JsonElement rule = JsonDocument.Parse(Written(output => Explanation.WriteJson([SampleReports.Rc4], output))).RootElement[0];

        rule.GetProperty("id").GetString().ShouldBe("TLS-003");
        rule.GetProperty("severity").GetString().ShouldBe("medium");
        rule.GetProperty("variants")[0].GetProperty("slug").GetString().ShouldBe("rc4");
        rule.GetProperty("remedies")[1].GetProperty("stack").GetString().ShouldBe("nginx");
        rule.GetProperty("cwe")[0].GetInt32().ShouldBe(295);
    }

    [Fact]
    public void The_whole_catalogue_is_listed()
    {
        string table = Written(Explanation.WriteTable);
        JsonElement json = JsonDocument.Parse(Written(Explanation.WriteJson)).RootElement;

        CheckCatalog.Rules.ShouldAllBe(rule => table.Contains($"  {rule.Id} ", StringComparison.Ordinal));
        json.EnumerateArray().Select(static rule => rule.GetProperty("id").GetString()).ShouldBe(CheckCatalog.Rules.Select(static rule => rule.Id));
    }

    private static string Written(Action<TextWriter> write)
    {
        using var output = new StringWriter();
        write(output);
        return output.ToString();
    }
}

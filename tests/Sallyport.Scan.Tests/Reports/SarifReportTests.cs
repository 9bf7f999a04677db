using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Reports.Sarif;

namespace Sallyport.Scan.Tests.Reports;

public sealed class SarifReportTests
{
    [Theory]
    [InlineData("naked")]
    [InlineData("guarded")]
    [InlineData("hostile")]
    [InlineData("unreachable")]
    public void Keeps_to_the_standard(string which) => SarifRules.Errors(Written(which switch
    {
        "naked" => SampleReports.Naked(),
        "guarded" => SampleReports.Guarded(),
        "hostile" => SampleReports.HostileReport(),
        _ => SampleReports.Unreachable(),
    })).ShouldBeEmpty();

    [Fact]
    public void The_judge_notices_what_breaks_the_standard()
    {
        string good = Text(SampleReports.Naked());
        (string From, string To)[] breaks =
        [
            ("\"version\": \"2.1.0\"", "\"version\": \"2.0.0\""),
            ("\"level\": \"error\"", "\"level\": \"fatal\""),
            ("\"ruleIndex\": 1,", "\"ruleIndex\": 0,"),
            ("\"kind\": \"fail\"", "\"kind\": \"failed\""),
            ("\"uri\": \"https://api.example.test/profiles/%7Bid%7D\"", "\"uri\": \"https://api.example.test/profiles/{id}\""),
            ("\"startLine\": 1", "\"startLine\": 0"),
            ("\"startTimeUtc\": \"2026-11-22T10:30:00.000Z\"", "\"startTimeUtc\": \"yesterday\""),
        ];

        foreach ((string from, string to) in breaks)
        {
            good.ShouldContain(from);
            SarifRules.Errors(JsonDocument.Parse(good.Replace(from, to, StringComparison.Ordinal)).RootElement).ShouldNotBeEmpty(to);
        }
    }

    [Theory]
    [InlineData(Severity.Critical, "error", "9.5")]
    [InlineData(Severity.High, "error", "8.0")]
    [InlineData(Severity.Medium, "warning", "5.5")]
    [InlineData(Severity.Low, "note", "2.5")]
    public void Severities_keep_to_the_one_table(Severity severity, string level, string number)
    {
        SarifReport.Level(severity).ShouldBe(level);
        SarifReport.SecuritySeverity(severity).ShouldBe(number);
    }

    [Fact]
    public void A_finding_is_a_result_with_rule_level_place_fingerprint_and_weakness()
    {
        JsonElement run = Written(SampleReports.Naked()).GetProperty("runs")[0];
        JsonElement result = run.GetProperty("results").EnumerateArray().Single(static one => one.GetProperty("ruleId").GetString() == "TLS-003/rc4");
        JsonElement rule = run.GetProperty("tool").GetProperty("driver").GetProperty("rules")[result.GetProperty("ruleIndex").GetInt32()];

        rule.GetProperty("id").GetString().ShouldBe("TLS-003/rc4");
        rule.GetProperty("properties").GetProperty("security-severity").GetString().ShouldBe("8.0");
        result.GetProperty("level").GetString().ShouldBe("error");
        result.GetProperty("partialFingerprints").GetProperty("sallyportFingerprint/v1").GetString().ShouldNotBeNull().Length.ShouldBe(32);
        result.GetProperty("taxa")[0].GetProperty("id").GetString().ShouldBe("295");
        result.GetProperty("properties").GetProperty("confidence").GetString().ShouldBe("confirmed");
    }

    [Fact]
    public void A_suspicion_is_a_note()
    {
        ScanReport report = SampleReports.Naked();
        report = report with { Findings = [report.Findings[0] with { Confidence = Confidence.Suspect }] };

        Written(report).GetProperty("runs")[0].GetProperty("results")[0].GetProperty("level").GetString().ShouldBe("note");
    }

    [Fact]
    public void What_was_not_tested_is_said()
    {
        JsonElement invocation = Written(SampleReports.Naked()).GetProperty("runs")[0].GetProperty("invocations")[0];

        IEnumerable<string?> notes = invocation.GetProperty("toolExecutionNotifications").EnumerateArray().Select(static one => one.GetProperty("message").GetProperty("text").GetString());

        notes.OfType<string>().ShouldContain(static note => note.StartsWith("MTLS-110 was not tested") && note.Contains("--client-ca-key"));
        Written(SampleReports.Unreachable()).GetProperty("runs")[0].GetProperty("invocations")[0].GetProperty("executionSuccessful").GetBoolean().ShouldBeFalse();
    }

    [Fact]
    public void Hostile_text_makes_no_link_and_no_markup()
    {
        string text = Text(SampleReports.HostileReport());

        text.ShouldNotContain("<script");
        text.ShouldAllBe(static c => c == '\n' || (c >= ' ' && c < '\u007f'));
        Written(SampleReports.HostileReport()).GetProperty("runs")[0].GetProperty("results")[0].GetProperty("message").GetProperty("text").GetString().ShouldNotBeNull().ShouldContain("\\[l\\](javascript:x)");
    }

    private static JsonElement Written(ScanReport report) => JsonDocument.Parse(Text(report)).RootElement;

    private static string Text(ScanReport report)
    {
        using var output = new StringWriter();
        ReportWriter.Write(report, ReportFormat.Sarif, output);
        return output.ToString();
    }
}

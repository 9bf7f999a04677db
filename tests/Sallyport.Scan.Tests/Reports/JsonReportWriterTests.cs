using System;
using System.IO;
using System.Linq;
using System.Text.Json;
using Sallyport.Scan.Reports;

namespace Sallyport.Scan.Tests.Reports;

public sealed class JsonReportWriterTests
{
    private static readonly JsonSchema s_schema = new(Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "report.schema.json"))));

    [Theory]
    [InlineData("naked")]
    [InlineData("guarded")]
    [InlineData("hostile")]
    [InlineData("unreachable")]
    public void Keeps_to_its_schema(string which) => s_schema.Errors(Parse(Written(Report(which)))).ShouldBeEmpty();

    [Fact]
    public void The_schema_notices_a_missing_an_unknown_and_a_wrong_member()
    {
        string text = Written(SampleReports.Naked());

        s_schema.Errors(Parse(text.Replace("\"grade\"", "\"grad\"", StringComparison.Ordinal))).ShouldContain("$: grade is missing");
        s_schema.Errors(Parse(text.Replace("\"grade\"", "\"grad\"", StringComparison.Ordinal))).ShouldContain("$.grad: unknown");
        s_schema.Errors(Parse(text.Replace("\"safe\"", "\"gentle\"", StringComparison.Ordinal))).Count.ShouldBe(1);
        s_schema.Errors(Parse(text.Replace("\"durationMs\": 0", "\"durationMs\": -1", StringComparison.Ordinal))).Count.ShouldBe(1);
    }

    [Fact]
    public void Holds_what_the_contract_lists()
    {
        JsonElement report = Parse(Written(SampleReports.Naked()));

        report.GetProperty("target").GetProperty("url").GetString().ShouldBe("https://api.example.test");
        report.GetProperty("startedAt").GetString().ShouldBe("2026-11-22T10:30:00+00:00");
        report.GetProperty("score").GetInt32().ShouldBe(18);
        report.GetProperty("grade").GetString().ShouldBe("F");
        report.GetProperty("clientAuthentication").GetString().ShouldBe("optional");
        report.TryGetProperty("enforcedAt", out _).ShouldBeFalse();
        report.GetProperty("coverage").GetRawText().Replace("\n", "", StringComparison.Ordinal).Replace(" ", "", StringComparison.Ordinal).ShouldBe("""{"tested":7,"applicable":10}""");
        JsonElement rogue = report.GetProperty("findings").EnumerateArray().Single(static one => one.GetProperty("id").GetString() == "MTLS-103");
        rogue.GetProperty("operation").GetString().ShouldBe("GET /profiles/{id}");
        rogue.GetProperty("identity").GetString().ShouldBe("rogue CA, same names");
        rogue.GetProperty("cwe")[0].GetInt32().ShouldBe(295);
        rogue.TryGetProperty("variant", out _).ShouldBeFalse();
        rogue.GetProperty("evidence")[1].GetProperty("transcript").GetArrayLength().ShouldBe(6);
        report.GetProperty("matrix").GetProperty("cells").GetArrayLength().ShouldBe(5);
    }

    [Fact]
    public void A_report_without_a_grade_says_null_and_not_nothing()
    {
        JsonElement report = Parse(Written(SampleReports.Unreachable()));

        report.GetProperty("score").ValueKind.ShouldBe(JsonValueKind.Null);
        report.GetProperty("grade").ValueKind.ShouldBe(JsonValueKind.Null);
        report.GetProperty("surveyFailure").GetString().ShouldBe("nothing listens at 127.0.0.1:443");
    }

    [Fact]
    public void Hostile_text_comes_back_as_it_was_and_the_file_is_plain_ascii()
    {
        string text = Written(SampleReports.HostileReport());

        text.ShouldAllBe(static c => c == '\n' || (c >= ' ' && c < '\u007f'));
        text.ShouldNotContain("<script");
        // A lone surrogate has no form in UTF-8; it becomes the replacement character.
        Parse(text).GetProperty("findings")[0].GetProperty("observed").GetString().ShouldBe(SampleReports.Hostile.Replace('\ud800', '\ufffd'));
    }

    private static ScanReport Report(string which) => which switch
    {
        "naked" => SampleReports.Naked(),
        "guarded" => SampleReports.Guarded(),
        "hostile" => SampleReports.HostileReport(),
        _ => SampleReports.Unreachable(),
    };

    private static JsonElement Parse(string text) => JsonDocument.Parse(text).RootElement;

    private static string Written(ScanReport report)
    {
        using var output = new StringWriter();
        ReportWriter.Write(report, ReportFormat.Json, output);
        return output.ToString();
    }
}

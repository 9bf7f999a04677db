using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json;
using Sallyport.Scan.Findings;

namespace Sallyport.Scan.Reports.Sarif;

/// <summary>The report as SARIF 2.1.0 (OASIS standard), one run.</summary>
/// <remarks>
/// Each rule and each variant is a reporting descriptor of its own: consumers read the security severity there. A suspicion is a note,
/// whatever its severity, because it must not gate. What was not tested is a notification of the invocation.
/// </remarks>
internal static class SarifReport
{
    private const string Schema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json";

    /// <summary>Writes the report.</summary>
    public static void Write(ScanReport report, TextWriter output)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new() { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartObject();
            json.WriteString("$schema", Schema);
            json.WriteString("version", "2.1.0");
            json.WriteStartArray("runs");
            Run(json, report);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        output.Write(Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length));
        output.Write('\n');
    }

    /// <summary>The number by which code scanning sorts: 9.5, 8.0, 5.5 and 2.5 (CONTRACTS.md).</summary>
    public static string SecuritySeverity(Severity severity) => severity switch
    {
        Severity.Critical => "9.5",
        Severity.High => "8.0",
        Severity.Medium => "5.5",
        _ => "2.5",
    };

    /// <summary>The level of a severity (SARIF 2.1.0, section 3.27.10).</summary>
    public static string Level(Severity severity) => severity switch
    {
        Severity.Critical or Severity.High => "error",
        Severity.Medium => "warning",
        _ => "note",
    };

    private static void Run(Utf8JsonWriter json, ScanReport report)
    {
        ImmutableArray<SarifRule> rules = SarifRule.Of(report);
        ImmutableArray<int> weaknesses = [.. rules.SelectMany(static rule => rule.Info.Standards.Cwe).Concat(report.Findings.SelectMany(static one => one.Standards.Cwe)).Distinct().Order()];
        json.WriteStartObject();
        new SarifTool(json, rules, weaknesses).Write(report.ToolVersion);
        Invocation(json, report, rules);
        json.WriteStartObject("automationDetails");
        json.WriteString("id", $"sallyport/{report.Target}/");
        json.WriteEndObject();
        json.WriteString("columnKind", "utf16CodeUnits");
        json.WriteStartArray("results");
        foreach (Finding finding in report.Findings)
        {
            Result(json, report, finding, rules, weaknesses);
        }

        json.WriteEndArray();
        json.WriteStartObject("properties");
        Optional(json, "grade", report.Grade);
        if (report.Score is { } score)
        {
            json.WriteNumber("score", score);
        }

        json.WriteNumber("tested", report.Tested);
        json.WriteNumber("applicable", report.Applicable);
        json.WriteString("clientAuthentication", Words.Slug(report.ClientAuthentication));
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Invocation(Utf8JsonWriter json, ScanReport report, ImmutableArray<SarifRule> rules)
    {
        json.WriteStartArray("invocations");
        json.WriteStartObject();
        json.WriteBoolean("executionSuccessful", report.SurveyFailure is null);
        json.WriteString("startTimeUtc", Time(report.StartedAt));
        json.WriteString("endTimeUtc", Time(report.StartedAt + report.Duration));
        json.WriteStartArray("toolExecutionNotifications");
        if (report.SurveyFailure is { } failure)
        {
            Notification(json, "error", $"The target could not be surveyed: {failure}", null);
        }

        foreach (CheckSummary check in report.Checks.Where(static check => check.Outcome == "notTested"))
        {
            string needs = check.Needs.IsEmpty ? "" : $" Supply: {string.Join("; ", check.Needs)}.";
            Notification(json, "note", $"{check.Id} was not tested: {check.Reason}.{needs}", SarifRule.IndexOf(rules, check.Id, null));
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
    }

    private static void Notification(Utf8JsonWriter json, string level, string text, (string Id, int Index)? rule)
    {
        json.WriteStartObject();
        json.WriteString("level", level);
        Message(json, "message", text);
        if (rule is { } associated)
        {
            json.WriteStartObject("associatedRule");
            json.WriteString("id", associated.Id);
            json.WriteNumber("index", associated.Index);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void Result(Utf8JsonWriter json, ScanReport report, Finding finding, ImmutableArray<SarifRule> rules, ImmutableArray<int> weaknesses)
    {
        json.WriteStartObject();
        json.WriteString("ruleId", Words.Rule(finding));
        if (SarifRule.IndexOf(rules, finding.Id, finding.Variant) is { } rule)
        {
            json.WriteNumber("ruleIndex", rule.Index);
        }

        json.WriteString("kind", "fail");
        json.WriteString("level", finding.Confidence == Confidence.Suspect ? "note" : Level(finding.Severity));
        Message(json, "message", $"{finding.Title} ({Words.Place(finding)}). Observed: {finding.Observed} Expected: {finding.Expected}");
        Location(json, report.Target, finding.Operation);
        json.WriteStartObject("partialFingerprints");
        json.WriteString("sallyportFingerprint/v1", finding.Fingerprint);
        json.WriteEndObject();
        json.WriteStartArray("taxa");
        foreach (int weakness in finding.Standards.Cwe)
        {
            SarifTool.Weakness(json, weakness, weaknesses);
        }

        json.WriteEndArray();
        json.WriteStartObject("properties");
        json.WriteString("severity", Words.Slug(finding.Severity));
        json.WriteString("security-severity", SecuritySeverity(finding.Severity));
        json.WriteString("confidence", Words.Slug(finding.Confidence));
        Optional(json, "operation", finding.Operation);
        Optional(json, "identity", finding.Identity);
        json.WriteString("replay", finding.Replay);
        json.WriteString("remedy", finding.Remedy.Text);
        Strings(json, "alsoMatches", finding.AlsoMatches);
        Strings(json, "evidence", finding.Evidence.Select(static one => string.Join('\n', [one.Title, one.Sent, one.Received, .. one.Transcript])));
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Location(Utf8JsonWriter json, string target, string? operation)
    {
        // Code scanning shows results at a file and line: an API has none, so the operation's address stands for the file.
        string path = operation?[(operation.IndexOf(' ', StringComparison.Ordinal) + 1)..] ?? "/";
        json.WriteStartArray("locations");
        json.WriteStartObject();
        json.WriteStartObject("physicalLocation");
        json.WriteStartObject("artifactLocation");
        json.WriteString("uri", Address(target) + string.Join('/', path.Split('/').Select(Uri.EscapeDataString)));
        json.WriteEndObject();
        json.WriteStartObject("region");
        json.WriteNumber("startLine", 1);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteStartArray("logicalLocations");
        json.WriteStartObject();
        json.WriteString("fullyQualifiedName", operation ?? target);
        json.WriteString("kind", "resource");
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
    }

    private static string Address(string target) => Uri.TryCreate(target, UriKind.Absolute, out Uri? uri)
        ? uri.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped)
            + string.Join('/', uri.AbsolutePath.TrimEnd('/').Split('/').Select(static part => Uri.EscapeDataString(Uri.UnescapeDataString(part))))
        : "";

    private static void Message(Utf8JsonWriter json, string name, string text)
    {
        json.WriteStartObject(name);
        // Brackets in a plain text message make links (section 3.11.6): they are escaped.
        json.WriteString("text", text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("[", "\\[", StringComparison.Ordinal).Replace("]", "\\]", StringComparison.Ordinal));
        json.WriteEndObject();
    }

    private static void Optional(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }

    private static void Strings(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (string value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
}

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Sallyport.Scan.Tests.Reports;

/// <summary>Holds a log against what SARIF 2.1.0 demands of the objects that the report uses (section numbers in each line).</summary>
internal sealed partial class SarifRules
{
    private readonly List<string> _errors = [];

    public static IReadOnlyList<string> Errors(JsonElement log)
    {
        var rules = new SarifRules();
        rules.Log(log);
        return rules._errors;
    }

    private void Log(JsonElement log)
    {
        Only(log, "sarifLog", "$schema", "version", "runs");
        Require(Text(log, "version") == "2.1.0", "3.13.2 version");
        Require(Uri.TryCreate(Text(log, "$schema"), UriKind.Absolute, out _), "3.13.3 $schema");
        foreach (JsonElement run in log.GetProperty("runs").EnumerateArray())
        {
            Run(run);
        }
    }

    private void Run(JsonElement run)
    {
        Only(run, "run", "tool", "taxonomies", "invocations", "automationDetails", "columnKind", "results", "properties");
        JsonElement driver = run.GetProperty("tool").GetProperty("driver");
        Only(driver, "toolComponent", "name", "version", "supportedTaxonomies", "rules");
        Require(!string.IsNullOrEmpty(Text(driver, "name")), "3.19.8 name");
        Require(Text(run, "columnKind") is "utf16CodeUnits" or "unicodeCodePoints", "3.14.17 columnKind");
        string[] taxa = [.. run.GetProperty("taxonomies")[0].GetProperty("taxa").EnumerateArray().Select(static one => Text(one, "id")).OfType<string>()];
        Require(taxa.Distinct().Count() == taxa.Length, "3.19.26 taxa ids are unique");
        JsonElement[] rules = [.. driver.GetProperty("rules").EnumerateArray()];
        Require(rules.Select(static one => Text(one, "id")).Distinct().Count() == rules.Length, "3.49.3 rule ids are unique");
        foreach (JsonElement rule in rules)
        {
            Rule(rule, taxa);
        }

        foreach (JsonElement invocation in run.GetProperty("invocations").EnumerateArray())
        {
            Invocation(invocation, rules);
        }

        foreach (JsonElement result in run.GetProperty("results").EnumerateArray())
        {
            Result(result, rules, taxa);
        }
    }

    private void Rule(JsonElement rule, string[] taxa)
    {
        Only(rule, "reportingDescriptor", "id", "shortDescription", "fullDescription", "help", "defaultConfiguration", "relationships", "properties");
        Require(!string.IsNullOrEmpty(Text(rule, "id")), "3.49.3 id");
        foreach (string name in new[] { "shortDescription", "fullDescription", "help" })
        {
            Require(!string.IsNullOrEmpty(Text(rule.GetProperty(name), "text")), $"3.12.3 {name}");
        }

        Require(Text(rule.GetProperty("defaultConfiguration"), "level") is "none" or "note" or "warning" or "error", "3.50.3 level");
        foreach (JsonElement relationship in rule.GetProperty("relationships").EnumerateArray())
        {
            Taxon(relationship.GetProperty("target"), taxa);
            Require(relationship.GetProperty("kinds").EnumerateArray().All(static one => one.GetString() is "superset" or "relevant" or "subset"), "3.53.3 kinds");
        }

        Properties(rule);
    }

    private void Invocation(JsonElement invocation, JsonElement[] rules)
    {
        Only(invocation, "invocation", "executionSuccessful", "startTimeUtc", "endTimeUtc", "toolExecutionNotifications");
        Require(invocation.GetProperty("executionSuccessful").ValueKind is JsonValueKind.True or JsonValueKind.False, "3.20.14 executionSuccessful");
        Require(Utc(invocation, "startTimeUtc") <= Utc(invocation, "endTimeUtc"), "3.20.8 times");
        foreach (JsonElement notification in invocation.GetProperty("toolExecutionNotifications").EnumerateArray())
        {
            Only(notification, "notification", "level", "message", "associatedRule");
            Require(Text(notification, "level") is "none" or "note" or "warning" or "error", "3.58.6 level");
            Message(notification);
            if (notification.TryGetProperty("associatedRule", out JsonElement rule))
            {
                Require(Text(rules[rule.GetProperty("index").GetInt32()], "id") == Text(rule, "id"), "3.52.5 index");
            }
        }
    }

    private void Result(JsonElement result, JsonElement[] rules, string[] taxa)
    {
        Only(result, "result", "ruleId", "ruleIndex", "kind", "level", "message", "locations", "partialFingerprints", "taxa", "properties");
        Require(Text(rules[result.GetProperty("ruleIndex").GetInt32()], "id") == Text(result, "ruleId"), "3.27.6 ruleIndex");
        string? kind = Text(result, "kind");
        string? level = Text(result, "level");
        Require(kind is "pass" or "open" or "informational" or "notApplicable" or "review" or "fail", "3.27.9 kind");
        Require(kind == "fail" ? level is "note" or "warning" or "error" : level == "none", "3.27.10 level");
        Message(result);
        foreach (JsonElement location in result.GetProperty("locations").EnumerateArray())
        {
            Only(location, "location", "physicalLocation", "logicalLocations");
            string? uri = Text(location.GetProperty("physicalLocation").GetProperty("artifactLocation"), "uri");
            Require(uri is not null && Address().IsMatch(uri), $"3.4.3 uri {uri}");
            Require(location.GetProperty("physicalLocation").GetProperty("region").GetProperty("startLine").GetInt32() >= 1, "3.30.5 startLine");
            Require(location.GetProperty("logicalLocations").EnumerateArray().All(static one => !string.IsNullOrEmpty(Text(one, "fullyQualifiedName"))), "3.33.5 fullyQualifiedName");
        }

        Require(result.GetProperty("partialFingerprints").EnumerateObject().All(static one => one.Value.ValueKind == JsonValueKind.String), "3.27.17 partialFingerprints");
        foreach (JsonElement taxon in result.GetProperty("taxa").EnumerateArray())
        {
            Taxon(taxon, taxa);
        }

        Properties(result);
    }

    private void Taxon(JsonElement reference, string[] taxa)
    {
        int index = reference.GetProperty("index").GetInt32();
        Require(index >= 0 && index < taxa.Length && taxa[index] == Text(reference, "id"), "3.52.5 taxon index");
        Require(reference.GetProperty("toolComponent").GetProperty("index").GetInt32() == 0, "3.54.4 component index");
    }

    private void Message(JsonElement holder) => Require(!string.IsNullOrEmpty(Text(holder.GetProperty("message"), "text")), "3.11.8 message text");

    private void Properties(JsonElement holder)
    {
        if (holder.TryGetProperty("properties", out JsonElement bag) && bag.TryGetProperty("tags", out JsonElement tags))
        {
            Require(tags.EnumerateArray().All(static one => one.ValueKind == JsonValueKind.String), "3.8.2 tags");
        }

        if (bag.ValueKind == JsonValueKind.Object && bag.TryGetProperty("security-severity", out JsonElement number))
        {
            Require(double.TryParse(number.GetString(), CultureInfo.InvariantCulture, out double value) && value is >= 0 and <= 10, "security-severity is a number as text");
        }
    }

    private DateTimeOffset Utc(JsonElement holder, string name)
    {
        bool reads = DateTimeOffset.TryParseExact(Text(holder, name), "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time);
        Require(reads, $"3.9 {name}");
        return time;
    }

    private void Only(JsonElement holder, string name, params ReadOnlySpan<string> known)
    {
        foreach (JsonProperty member in holder.EnumerateObject())
        {
            Require(known.Contains(member.Name), $"{name} has no {member.Name} that we know");
        }
    }

    private static string? Text(JsonElement holder, string name) => holder.TryGetProperty(name, out JsonElement value) ? value.GetString() : null;

    // RFC 3986, sections 3.2.2 and 3.3: nothing but path characters and whole percent escapes.
    [GeneratedRegex("^https?://[A-Za-z0-9.:\\[\\]-]+(/(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})*)*$", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex Address();

    private void Require(bool holds, string error)
    {
        if (!holds)
        {
            _errors.Add(error);
        }
    }
}

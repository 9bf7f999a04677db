using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using System.Text.Json;
using Sallyport.Scan.Findings;

namespace Sallyport.Scan.Reports.Sarif;

/// <summary>The tool component and the taxonomy of a SARIF run.</summary>
/// <param name="json">Where to, inside the run object.</param>
/// <param name="rules">The descriptors.</param>
/// <param name="weaknesses">The CWE numbers that the run uses, in order.</param>
internal sealed class SarifTool(Utf8JsonWriter json, ImmutableArray<SarifRule> rules, ImmutableArray<int> weaknesses)
{
    private const string Taxonomy = "CWE";

    /// <summary>Writes both.</summary>
    public void Write(string version)
    {
        json.WriteStartObject("tool");
        json.WriteStartObject("driver");
        json.WriteString("name", "Sallyport");
        json.WriteString("version", version);
        json.WriteStartArray("supportedTaxonomies");
        Reference();
        json.WriteEndArray();
        json.WriteStartArray("rules");
        foreach (SarifRule rule in rules)
        {
            Rule(rule);
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();

        json.WriteStartArray("taxonomies");
        json.WriteStartObject();
        json.WriteString("name", Taxonomy);
        json.WriteString("organization", "MITRE");
        Text("shortDescription", "The MITRE Common Weakness Enumeration");
        json.WriteBoolean("isComprehensive", false);
        json.WriteStartArray("taxa");
        foreach (int weakness in weaknesses)
        {
            json.WriteStartObject();
            json.WriteString("id", Number(weakness));
            json.WriteString("helpUri", $"https://cwe.mitre.org/data/definitions/{Number(weakness)}.html");
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
    }

    /// <summary>A reference to a CWE of the run's taxonomy.</summary>
    public static void Weakness(Utf8JsonWriter json, int weakness, ImmutableArray<int> weaknesses)
    {
        json.WriteStartObject();
        json.WriteString("id", Number(weakness));
        json.WriteNumber("index", weaknesses.IndexOf(weakness));
        json.WriteStartObject("toolComponent");
        json.WriteString("name", Taxonomy);
        json.WriteNumber("index", 0);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private void Reference()
    {
        json.WriteStartObject();
        json.WriteString("name", Taxonomy);
        json.WriteNumber("index", 0);
        json.WriteEndObject();
    }

    private void Rule(SarifRule rule)
    {
        string title = rule.Variant is null ? rule.Info.Title : $"{rule.Info.Title}: {rule.Variant.Title}";
        json.WriteStartObject();
        json.WriteString("id", rule.Id);
        Text("shortDescription", title);
        Text("fullDescription", rule.Info.Why);
        Help(rule.Info);
        json.WriteStartObject("defaultConfiguration");
        json.WriteString("level", rule.Severity is { } severity ? SarifReport.Level(severity) : "none");
        json.WriteEndObject();
        json.WriteStartArray("relationships");
        foreach (int weakness in rule.Info.Standards.Cwe)
        {
            json.WriteStartObject();
            json.WritePropertyName("target");
            Weakness(json, weakness, weaknesses);
            json.WriteStartArray("kinds");
            json.WriteStringValue("superset");
            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartObject("properties");
        json.WriteStartArray("tags");
        foreach (string tag in new[] { "security", rule.Info.Category.Slug }.Concat(rule.Info.Standards.Cwe.Select(static one => $"external/cwe/cwe-{Number(one).PadLeft(3, '0')}")))
        {
            json.WriteStringValue(tag);
        }

        json.WriteEndArray();
        if (rule.Severity is { } known)
        {
            json.WriteString("security-severity", SarifReport.SecuritySeverity(known));
        }

        json.WriteString("mode", Words.Slug(rule.Info.Mode));
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private void Help(CheckInfo info)
    {
        json.WriteStartObject("help");
        json.WriteString("text", string.Join("\n\n", [
            info.Why,
            $"Impact: {info.Impact}",
            $"How it is tested: {info.How}",
            .. info.Remedies.Select(static remedy => $"{(remedy.Stack is { } stack ? Words.Name(stack) : "Fix")}: {remedy.Text}{(remedy.Fix is null ? "" : "\n" + remedy.Fix)}"),
            $"Sources: {string.Join("; ", info.Sources)}",
        ]));
        json.WriteEndObject();
    }

    private void Text(string name, string text)
    {
        json.WriteStartObject(name);
        json.WriteString("text", text);
        json.WriteEndObject();
    }

    private static string Number(int weakness) => weakness.ToString(CultureInfo.InvariantCulture);
}

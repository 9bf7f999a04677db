using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Sallyport.Scan.Tests.Reports;

/// <summary>Holds a document against the part of JSON Schema 2020-12 that docs/report.schema.json uses. An unknown keyword is an error of the schema.</summary>
internal sealed class JsonSchema(JsonElement root)
{
    private static readonly HashSet<string> s_notes = ["$schema", "$defs", "title", "description", "format"];

    public IReadOnlyList<string> Errors(JsonElement document)
    {
        List<string> errors = [];
        Check(root, document, "$", errors);
        return errors;
    }

    private void Check(JsonElement schema, JsonElement value, string at, List<string> errors)
    {
        foreach (JsonProperty keyword in schema.EnumerateObject())
        {
            JsonElement rule = keyword.Value;
            switch (keyword.Name)
            {
                case "$ref":
                    Check(root.GetProperty("$defs").GetProperty(Text(rule)["#/$defs/".Length..]), value, at, errors);
                    break;
                case "type":
                    string[] types = rule.ValueKind == JsonValueKind.Array ? [.. rule.EnumerateArray().Select(static one => Text(one))] : [Text(rule)];
                    Require(types.Any(type => Is(value, type)), $"{at}: not {string.Join(" or ", types)}", errors);
                    break;
                case "const":
                    Require(JsonElement.DeepEquals(rule, value), $"{at}: not {rule}", errors);
                    break;
                case "enum":
                    Require(rule.EnumerateArray().Any(one => JsonElement.DeepEquals(one, value)), $"{at}: {value} is none of {rule}", errors);
                    break;
                case "pattern" when value.ValueKind == JsonValueKind.String:
                    Require(Regex.IsMatch(Text(value), Text(rule), RegexOptions.None, TimeSpan.FromSeconds(5)), $"{at}: {value} does not match {rule}", errors);
                    break;
                case "minimum" when value.ValueKind == JsonValueKind.Number:
                    Require(value.GetDouble() >= rule.GetDouble(), $"{at}: below {rule}", errors);
                    break;
                case "maximum" when value.ValueKind == JsonValueKind.Number:
                    Require(value.GetDouble() <= rule.GetDouble(), $"{at}: above {rule}", errors);
                    break;
                case "required" when value.ValueKind == JsonValueKind.Object:
                    foreach (string name in rule.EnumerateArray().Select(static one => Text(one)))
                    {
                        Require(value.TryGetProperty(name, out _), $"{at}: {name} is missing", errors);
                    }

                    break;
                case "properties" when value.ValueKind == JsonValueKind.Object:
                    foreach (JsonProperty member in value.EnumerateObject().Where(member => rule.TryGetProperty(member.Name, out _)))
                    {
                        Check(rule.GetProperty(member.Name), member.Value, $"{at}.{member.Name}", errors);
                    }

                    break;
                case "additionalProperties" when value.ValueKind == JsonValueKind.Object:
                    rule.ValueKind.ShouldBe(JsonValueKind.False);
                    foreach (JsonProperty member in value.EnumerateObject())
                    {
                        Require(schema.GetProperty("properties").TryGetProperty(member.Name, out _), $"{at}.{member.Name}: unknown", errors);
                    }

                    break;
                case "items" when value.ValueKind == JsonValueKind.Array:
                    foreach ((int index, JsonElement item) in value.EnumerateArray().Index())
                    {
                        Check(rule, item, $"{at}[{index}]", errors);
                    }

                    break;
                case "uniqueItems" when value.ValueKind == JsonValueKind.Array:
                    Require(value.EnumerateArray().Select(static one => one.GetRawText()).Distinct().Count() == value.GetArrayLength(), $"{at}: not unique", errors);
                    break;
                case "pattern" or "minimum" or "maximum" or "required" or "properties" or "additionalProperties" or "items" or "uniqueItems":
                    break;
                default:
                    Require(s_notes.Contains(keyword.Name), $"the schema uses {keyword.Name}", errors);
                    break;
            }
        }
    }

    private static bool Is(JsonElement value, string type) => type switch
    {
        "object" => value.ValueKind == JsonValueKind.Object,
        "array" => value.ValueKind == JsonValueKind.Array,
        "string" => value.ValueKind == JsonValueKind.String,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
        "null" => value.ValueKind == JsonValueKind.Null,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Not a type of the schema."),
    };

    private static void Require(bool holds, string error, List<string> errors)
    {
        if (!holds)
        {
            errors.Add(error);
        }
    }

    private static string Text(JsonElement element) => element.GetString() ?? "";
}

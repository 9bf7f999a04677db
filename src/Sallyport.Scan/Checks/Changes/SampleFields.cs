using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Text.Json.Nodes;
using Sallyport.Scan.Spec;
using Sallyport.Scan.Target;
using Sallyport.Tls.Http;

namespace Sallyport.Scan.Checks.Changes;

/// <summary>Fills the body of an operation: from what there is now, the identity's values, and the description.</summary>
internal static class SampleFields
{
    /// <summary>The fields of a body; of no use for bodies that are no objects.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="values">Whose values come after the current ones.</param>
    /// <param name="current">The object as it is now; <c>null</c> for a new one.</param>
    public static BodyFields Of(Operation operation, Identity? values, JsonObject? current)
    {
        ApiSchema? schema = operation.Body?.Schema;
        JsonObject? example = operation.Body?.Examples is [var first, ..] ? Parse(first) : null;
        IEnumerable<string> names = schema is { Properties.IsEmpty: false }
            ? schema.Properties.Where(member => !member.Value.ReadOnly && (schema.Required.Contains(member.Key) || current?[member.Key] is JsonValue || example?.ContainsKey(member.Key) == true)).Select(member => member.Key)
            : (example ?? current ?? []).Where(member => member.Value is JsonValue).Select(member => member.Key);
        return new([.. names.Select(name => Field(name, schema?.Properties.GetValueOrDefault(name), values, current?[name] as JsonValue, example?[name]))]);
    }

    /// <summary>An answer's body as an object; <c>null</c> when it is none.</summary>
    /// <param name="answer">The answer.</param>
    public static JsonObject? Object(HttpAnswer? answer) => answer is { BodyTruncated: false } ? Json.Node(answer.Body) as JsonObject : null;

    private static JsonObject? Parse(string json) => Json.Node(System.Text.Encoding.UTF8.GetBytes(json)) as JsonObject;

    private static BodyField Field(string name, ApiSchema? schema, Identity? values, JsonValue? current, JsonNode? example)
    {
        if (current is not null || example is not null)
        {
            JsonNode node = current ?? example!; // one of the two is there
            return node is JsonValue value && value.TryGetValue(out string? text) ? new(name, text) : new(name, node.ToJsonString(), IsText: false);
        }

        bool isText = schema is null || schema.Types.IsEmpty || schema.Types.Contains("string");
        if (values?.Values.GetValueOrDefault(name) is { } own)
        {
            return new(name, own, isText);
        }

        string? given = schema?.Example ?? schema?.Default ?? (schema?.Enum is [var first, ..] ? first : null);
        return given is not null ? new(name, isText ? given.Trim('"') : given, isText) : isText ? new(name, Text(name, schema)) : new(name, Literal(schema), IsText: false);
    }

    private static string Text(string name, ApiSchema? schema) => CanaryText.For(name, null, schema) ?? schema?.Format switch
    {
        "date" => "2030-01-01",
        "date-time" => "2030-01-01T00:00:00Z",
        "uuid" => Guid.NewGuid().ToString(),
        "uri" => "https://example.com/",
        _ => "sallyport",
    };

    private static string Literal(ApiSchema? schema) => schema switch
    {
        { Types: var types } when types.Contains("integer") || types.Contains("number") => (schema.Minimum ?? 1).ToString(System.Globalization.CultureInfo.InvariantCulture),
        { Types: var types } when types.Contains("boolean") => "false",
        { Types: var types } when types.Contains("array") => "[]",
        _ => "{}",
    };
}

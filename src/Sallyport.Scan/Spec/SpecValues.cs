using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Text.Json;

namespace Sallyport.Scan.Spec;

/// <summary>Values that a description gives for a parameter: examples first, then constants, defaults and enumerations.</summary>
internal static class SpecValues
{
    private const int Most = 10;
    private const int Longest = 256;
    private const int Deepest = 5;

    public static ImmutableArray<string> Of(SpecDocument document, SpecNode parameter)
    {
        var found = new List<string>();
        Own(document, parameter, found);
        if (document.Member(parameter, "schema") is { } schema)
        {
            Schema(document, schema, found, 0);
        }

        foreach ((_, SpecNode media) in document.Members(parameter, "content"))
        {
            Own(document, media, found);
            if (document.Member(media, "schema") is { } inner)
            {
                Schema(document, inner, found, 0);
            }
        }

        // OpenAPI 2.0 writes the schema's members into the parameter itself.
        Schema(document, parameter, found, 0);
        return [.. found.Distinct().Take(Most)];
    }

    private static void Own(SpecDocument document, SpecNode node, List<string> found)
    {
        Add(Json.Member(node.Element, "example"), found);
        foreach ((_, SpecNode example) in document.Members(node, "examples"))
        {
            Add(Json.Member(example.Element, "value") ?? Json.Member(example.Element, "dataValue"), found);
        }
    }

    private static void Schema(SpecDocument document, SpecNode schema, List<string> found, int depth)
    {
        if (depth > Deepest)
        {
            return;
        }

        Add(Json.Member(schema.Element, "example"), found);
        AddAll(Json.Member(schema.Element, "examples"), found);
        Add(Json.Member(schema.Element, "const"), found);
        Add(Json.Member(schema.Element, "default"), found);
        AddAll(Json.Member(schema.Element, "enum"), found);
        foreach (string combination in (string[])["allOf", "oneOf", "anyOf"])
        {
            foreach (SpecNode part in document.Items(schema, combination).Take(Most))
            {
                Schema(document, part, found, depth + 1);
            }
        }

        if (document.Member(schema, "items") is { Element.ValueKind: JsonValueKind.Object } items)
        {
            Schema(document, items, found, depth + 1);
        }
    }

    private static void AddAll(JsonElement? list, List<string> found)
    {
        if (list is { ValueKind: JsonValueKind.Array } values)
        {
            foreach (JsonElement value in values.EnumerateArray().Take(Most))
            {
                Add(value, found);
            }
        }
    }

    private static void Add(JsonElement? value, List<string> found)
    {
        if (found.Count < Most * 4 && value is { } one && Json.Scalar(one) is { Length: > 0 and <= Longest } text && !text.Any(char.IsControl))
        {
            found.Add(text);
        }
    }
}

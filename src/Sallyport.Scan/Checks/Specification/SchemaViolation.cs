using System;
using System.Linq;
using System.Text.Json;
using Sallyport.Scan.Config;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Checks.Specification;

/// <summary>Holds JSON against a schema, as far as nobody can argue: kinds of values, members that must be there, enumerations.</summary>
internal static class SchemaViolation
{
    private const int Deepest = 6;
    private const int MostItems = 50;

    /// <summary>The first violation, as a clause; <c>null</c> when there is none, or the body is no JSON.</summary>
    /// <param name="schema">The schema.</param>
    /// <param name="json">The body.</param>
    public static string? First(ApiSchema schema, ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new() { MaxDepth = 64 });
            return Of(schema, document.RootElement, "the body", 0);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return e is JsonException ? "there is no JSON" : null;
        }
    }

    private static string? Of(ApiSchema schema, JsonElement value, string where, int depth)
    {
        if (schema.Cut || depth > Deepest)
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Null)
        {
            // Servers write null for "absent" nearly everywhere: no news.
            return null;
        }

        string kind = Kind(value);
        if (!schema.Allows(kind) && !(kind == "number" && schema.Allows("integer") && value.TryGetDecimal(out decimal number) && number % 1 == 0))
        {
            return $"{where} is of type {kind}, not {string.Join(" or ", schema.Types)}";
        }

        if (!schema.Enum.IsEmpty && kind is "string" or "boolean" && !schema.Enum.IsEmpty && schema.Enum.All(one => !Same(one, value)))
        {
            return $"{where} is none of the values that are described";
        }

        return value.ValueKind switch
        {
            JsonValueKind.Object => Members(schema, value, where, depth),
            JsonValueKind.Array when schema.Items is { } items => value.EnumerateArray().Take(MostItems).Select((item, index) => Of(items, item, $"{where}[{index}]", depth + 1)).FirstOrDefault(found => found is not null),
            _ => null,
        };
    }

    private static string? Members(ApiSchema schema, JsonElement value, string where, int depth)
    {
        foreach (string name in schema.Required)
        {
            bool writeOnly = schema.Properties.TryGetValue(name, out ApiSchema? member) && member.WriteOnly;
            if (!writeOnly && !value.TryGetProperty(name, out _))
            {
                return $"{where} lacks {Shown.Quoted(name)}, which must be there";
            }
        }

        foreach ((string name, ApiSchema member) in schema.Properties)
        {
            // With alternatives the same member may mean different things: then only its presence is judged.
            if (schema.Alternatives.IsEmpty && value.TryGetProperty(name, out JsonElement inner) && Of(member, inner, Shown.Quoted(name), depth + 1) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    private static bool Same(string described, JsonElement value)
    {
        using var document = JsonDocument.Parse(described);
        return JsonElement.DeepEquals(document.RootElement, value);
    }

    private static string Kind(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "object",
        JsonValueKind.Array => "array",
        JsonValueKind.String => "string",
        JsonValueKind.Number => "number",
        _ => "boolean",
    };
}

using System;
using System.Linq;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Sallyport.Scan.Spec;

/// <summary>Reads members of JSON objects without expecting anything of their kind.</summary>
internal static class Json
{
    private static readonly JsonDocumentOptions s_strict = new() { MaxDepth = 64, AllowDuplicateProperties = false };

    /// <summary>Other people's JSON that may be looked into without another thought: it is well formed, no name stands twice, and its names and texts are Unicode.</summary>
    /// <param name="json">The bytes.</param>
    /// <returns><c>null</c> for everything else, and for JSON's own null.</returns>
    public static JsonNode? Node(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, s_strict);
            return IsText(document.RootElement) ? JsonNode.Parse(json.Span, null, s_strict) : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The second comes of names that are compared to tell doubled ones, and are no text.
            return null;
        }
    }

    /// <summary>Whether every name and text in it is Unicode: an escaped half of a surrogate pair is valid JSON, and bytes that are no UTF-8 are read as such.</summary>
    /// <param name="element">What was read.</param>
    public static bool IsText(JsonElement element)
    {
        try
        {
            return element.ValueKind switch
            {
                JsonValueKind.Object => element.EnumerateObject().All(static member => member.Name is not null && IsText(member.Value)),
                JsonValueKind.Array => element.EnumerateArray().All(IsText),
                JsonValueKind.String => element.GetString() is not null,
                _ => true,
            };
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    public static JsonElement? Member(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out JsonElement member) ? member : null;

    public static string? Text(JsonElement element, string name) => Member(element, name) is { } member ? Scalar(member) : null;

    public static bool Flag(JsonElement element, string name) => Member(element, name) is { ValueKind: JsonValueKind.True };

    /// <summary>A text, number or boolean as text; <c>null</c> for everything else and for broken escapes.</summary>
    public static string? Scalar(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Number:
                return element.GetRawText();
            case JsonValueKind.True:
                return "true";
            case JsonValueKind.False:
                return "false";
            case JsonValueKind.String:
                try
                {
                    return element.GetString();
                }
                catch (InvalidOperationException)
                {
                    // A lone surrogate: valid JSON, but no text.
                    return null;
                }

            default:
                return null;
        }
    }
}

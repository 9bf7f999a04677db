using System.Text.Json;

namespace Sallyport.Scan.Spec;

/// <summary>Reads members of JSON objects without expecting anything of their kind.</summary>
internal static class Json
{
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
                catch (System.InvalidOperationException)
                {
                    // A lone surrogate: valid JSON, but no text.
                    return null;
                }

            default:
                return null;
        }
    }
}

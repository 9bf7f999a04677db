using System.Text.Json;
using System.Text.RegularExpressions;

namespace OrdersApi.App.Http;

/// <summary>One member that a body may have.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">Text, number or array.</param>
/// <param name="Least">Shortest text in characters, smallest number, or fewest elements.</param>
/// <param name="Most">Longest text, greatest number, or most elements.</param>
internal sealed record Field(string Name, JsonValueKind Kind, long Least, long Most)
{
    public bool Required { get; init; } = true;

    /// <summary>What the whole text must look like; linear in its length.</summary>
    public Regex? Pattern { get; init; }

    public static Field Text(string name, int least, int most) => new(name, JsonValueKind.String, least, most);

    public static Field Number(string name, long least, long most) => new(name, JsonValueKind.Number, least, most);

    /// <summary>Whether a value is one of this field.</summary>
    public bool Admits(JsonElement value) =>
        value.ValueKind == Kind && Kind switch
        {
            JsonValueKind.Number => value.TryGetInt64(out var number) && number >= Least && number <= Most,
            JsonValueKind.Array => value.GetArrayLength() is var length && length >= Least && length <= Most,
            _ => value.GetString() is { } text && text.Length >= Least && text.Length <= Most
                && !string.IsNullOrWhiteSpace(text) && Pattern?.IsMatch(text) != false,
        };
}

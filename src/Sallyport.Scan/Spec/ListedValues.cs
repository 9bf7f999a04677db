using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Text.Json;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Spec;

/// <summary>Values of a path parameter from what the list of the same things answered: <c>GET /orders</c> tells the ids of <c>/orders/{id}</c>.</summary>
internal static class ListedValues
{
    /// <summary>The longest answer that is read: 4 MB.</summary>
    public const int Longest = 4 * 1024 * 1024;

    private const int Most = 20;
    private const int Deepest = 3;
    private static readonly ImmutableArray<string> Ids = ["id", "_id", "uuid", "guid", "key", "slug", "number", "code"];

    /// <summary>The operation that lists what a parameter of another names; <c>null</c> when there is none without parameters of its own.</summary>
    /// <param name="operations">The operations of the API.</param>
    /// <param name="detail">The operation with the parameter.</param>
    /// <param name="parameter">The parameter's name, without braces.</param>
    public static Operation? ListFor(IEnumerable<Operation> operations, Operation detail, string parameter)
    {
        int brace = detail.PathTemplate.IndexOf($"{{{parameter}}}", StringComparison.Ordinal);
        string list = brace > 1 && detail.PathTemplate[brace - 1] == '/' ? detail.PathTemplate[..(brace - 1)] : "";
        return list.Length == 0 || list.Contains('{', StringComparison.Ordinal)
            ? null
            : operations.FirstOrDefault(one => one.Method == "GET" && one.PathTemplate.TrimEnd('/') == list);
    }

    /// <summary>The values, in the order of the list.</summary>
    /// <param name="detail">The operation with the parameter.</param>
    /// <param name="parameter">The parameter's name, without braces.</param>
    /// <param name="json">What the list answered.</param>
    /// <returns>At most 20 different ones; empty when the answer is no list of such things.</returns>
    public static ImmutableArray<string> Of(Operation detail, string parameter, ReadOnlyMemory<byte> json)
    {
        int brace = detail.PathTemplate.IndexOf($"{{{parameter}}}", StringComparison.Ordinal);
        if (brace < 0 || json.Length > Longest)
        {
            return [];
        }

        try
        {
            using var document = JsonDocument.Parse(json, new() { MaxDepth = 64 });
            string segment = ValueNames.SegmentBefore(detail.PathTemplate, brace);
            return List(document.RootElement, segment, 0) is { } list
                ? [.. list.EnumerateArray().Take(200).Select(item => Value(item, parameter, segment)).OfType<string>().Distinct().Take(Most)]
                : [];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // No JSON, or a name that is no Unicode text.
            return [];
        }
    }

    private static JsonElement? List(JsonElement element, string segment, int depth)
    {
        if (element.ValueKind == JsonValueKind.Array)
        {
            return element;
        }

        if (element.ValueKind != JsonValueKind.Object || depth >= Deepest)
        {
            return null;
        }

        // A list under the name of the things, then the only list, then what an envelope holds.
        ImmutableArray<JsonProperty> members = [.. element.EnumerateObject().Take(100)];
        ImmutableArray<JsonElement> lists = [.. members.Select(member => member.Value).Where(value => value.ValueKind == JsonValueKind.Array)];
        ImmutableArray<JsonElement> named = [.. members.Where(member => ValueNames.Plain(member.Name) == ValueNames.Plain(segment) && member.Value.ValueKind == JsonValueKind.Array).Select(member => member.Value)];
        return !named.IsEmpty ? named[0]
            : lists.Length == 1 ? lists[0]
            : lists.IsEmpty ? members.Where(member => member.Value.ValueKind == JsonValueKind.Object && member.Name is not "_links")
                .Select(member => List(member.Value, segment, depth + 1)).FirstOrDefault(list => list is not null)
            : null;
    }

    private static string? Value(JsonElement item, string parameter, string segment)
    {
        if (item.ValueKind != JsonValueKind.Object)
        {
            return Usable(item);
        }

        string plain = ValueNames.Plain(parameter);
        string one = ValueNames.Plain(ValueNames.Singular(segment));
        IEnumerable<string> names = ValueNames.Of(parameter, segment);
        if (plain == one || Ids.Any(id => plain == id || plain == one + id))
        {
            // A parameter that is called after the thing itself: whatever the list calls its key.
            names = names.Concat(Ids).Append(one + "id");
        }

        ImmutableArray<string> wanted = [.. names.Select(ValueNames.Plain).Distinct()];
        Dictionary<string, JsonElement> members = [];
        foreach (JsonProperty member in item.EnumerateObject().Take(200))
        {
            members.TryAdd(ValueNames.Plain(member.Name), member.Value);
        }

        return wanted.Select(name => members.TryGetValue(name, out JsonElement value) ? Usable(value) : null).FirstOrDefault(value => value is not null);
    }

    private static string? Usable(JsonElement value) =>
        value.ValueKind is JsonValueKind.String or JsonValueKind.Number && Json.Scalar(value) is { Length: > 0 and <= 256 } text && text is not ("." or "..") && !text.Any(char.IsControl) ? text : null;
}

using System;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using System.Text.Json;
using Sallyport.Tls.Http;

namespace Sallyport.Scan.Checks.Races;

/// <summary>The numbers in an answer, by their place, with the lengths of its lists: what counts effects in a read-back.</summary>
internal static class Numbers
{
    private const int MaxLeaves = 2000;

    /// <summary>The numbers of a JSON answer; empty when it is none.</summary>
    /// <param name="answer">The answer.</param>
    public static ImmutableDictionary<string, decimal> Of(HttpAnswer? answer)
    {
        ImmutableDictionary<string, decimal>.Builder found = ImmutableDictionary.CreateBuilder<string, decimal>(StringComparer.Ordinal);
        if (answer is { Status: >= 200 and < 300, BodyTruncated: false })
        {
            try
            {
                using JsonDocument document = JsonDocument.Parse(answer.Body, new() { MaxDepth = 32 });
                Walk("$", document.RootElement, found);
            }
            catch (Exception e) when (e is JsonException or InvalidOperationException)
            {
                // No JSON, so no numbers.
            }
        }

        return found.ToImmutable();
    }

    /// <summary>What changed between two answers.</summary>
    /// <param name="before">The earlier numbers.</param>
    /// <param name="after">The later numbers.</param>
    public static ImmutableDictionary<string, decimal> Changes(ImmutableDictionary<string, decimal> before, ImmutableDictionary<string, decimal> after) =>
        after.Where(leaf => before.TryGetValue(leaf.Key, out decimal old) && old != leaf.Value).ToImmutableDictionary(leaf => leaf.Key, leaf => leaf.Value - before[leaf.Key], StringComparer.Ordinal);

    private static void Walk(string path, JsonElement element, ImmutableDictionary<string, decimal>.Builder found)
    {
        if (found.Count >= MaxLeaves)
        {
            return;
        }

        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (JsonProperty member in element.EnumerateObject())
                {
                    Walk($"{path}.{member.Name}", member.Value, found);
                }

                break;
            case JsonValueKind.Array:
                found[path + "#"] = element.GetArrayLength();
                int index = 0;
                foreach (JsonElement item in element.EnumerateArray())
                {
                    Walk(string.Create(CultureInfo.InvariantCulture, $"{path}[{index++}]"), item, found);
                }

                break;
            case JsonValueKind.Number when element.TryGetDecimal(out decimal number):
                found[path] = number;
                break;
        }
    }
}

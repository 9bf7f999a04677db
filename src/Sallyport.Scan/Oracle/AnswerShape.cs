using System;
using System.Collections.Frozen;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Threading;
using Sallyport.Tls.Http;

namespace Sallyport.Scan.Oracle;

/// <summary>A body in a form in which two answers can be compared: JSON canonical, volatile parts removed (rule O5).</summary>
/// <remarks>Volatile is what differs between two identical calls: a leaf of JSON (its kind must still be the same), or a line of text.</remarks>
internal sealed class AnswerShape
{
    private const int MaxDepth = 64;
    private const int MaxPath = 128;
    private readonly bool _json;
    private readonly Lock _gate = new();
    private Parts _parts;

    private AnswerShape(bool json, FrozenSet<string> changing, ImmutableArray<string> shape) => (_json, _parts) = (json, new(changing, shape));

    /// <summary>The texts that were the same in both answers: JSON strings, or lines. Candidates for markers.</summary>
    public ImmutableArray<string> StableTexts { get; private init; } = [];

    /// <summary>Learns the shape of two answers to the same request.</summary>
    /// <param name="first">The first answer.</param>
    /// <param name="second">The second answer.</param>
    /// <returns>The shape; <c>null</c> when the two have so little in common that nothing can be compared with them.</returns>
    public static AnswerShape? Learn(HttpAnswer first, HttpAnswer second)
    {
        if (first.BodyTruncated || second.BodyTruncated)
        {
            return null;
        }

        if (Flatten(first) is { } one && Flatten(second) is { } two)
        {
            if (!one.Keys.ToHashSet().SetEquals(two.Keys))
            {
                return null;
            }

            FrozenSet<string> changing = one.Where(leaf => two[leaf.Key] != leaf.Value).Select(leaf => leaf.Key).ToFrozenSet();
            // A document of nothing but changing values is only a set of names: any server error could have them.
            if (one.Count > 0 && changing.Count == one.Count)
            {
                return null;
            }

            return new(json: true, changing, Shape(one, changing))
            {
                StableTexts = [.. one.Where(leaf => !changing.Contains(leaf.Key) && leaf.Value.StartsWith("s:", StringComparison.Ordinal)).Select(leaf => leaf.Value[2..])],
            };
        }

        Dictionary<string, string> a = Lines(first);
        Dictionary<string, string> b = Lines(second);
        if (a.Count != b.Count)
        {
            return null;
        }

        FrozenSet<string> moving = a.Where(line => b[line.Key] != line.Value).Select(line => line.Key).ToFrozenSet();
        return moving.Count == a.Count && a.Count > 0 ? null : new(json: false, moving, Shape(a, moving))
        {
            StableTexts = [.. a.Where(line => !moving.Contains(line.Key)).Select(line => line.Value[1..])],
        };
    }

    /// <summary>Whether an answer is the same but for the volatile parts.</summary>
    /// <param name="answer">The answer.</param>
    public bool Matches(HttpAnswer answer)
    {
        if (answer.BodyTruncated)
        {
            return false;
        }

        Parts known = Volatile.Read(ref _parts);
        Dictionary<string, string>? leaves = Leaves(answer);
        return leaves is not null && Shape(leaves, known.Changing).SequenceEqual(known.Shape);
    }

    /// <summary>From now on what differs between two answers is volatile too: the object was changed, and is still the same one.</summary>
    /// <param name="first">An answer that matches.</param>
    /// <param name="now">One of the same object, later, with the same leaves or lines.</param>
    public void Loosen(HttpAnswer first, HttpAnswer now)
    {
        if (Leaves(first) is not { } one || Leaves(now) is not { } two || !one.Keys.ToHashSet().SetEquals(two.Keys))
        {
            return;
        }

        lock (_gate)
        {
            FrozenSet<string> changing = [.. _parts.Changing, .. one.Where(leaf => two[leaf.Key] != leaf.Value).Select(leaf => leaf.Key)];
            Volatile.Write(ref _parts, new(changing, Shape(one, changing)));
        }
    }

    /// <summary>The body as text, for searching; bytes that are no UTF-8 become replacement characters.</summary>
    /// <param name="answer">The answer.</param>
    public static string Text(HttpAnswer answer) => Encoding.UTF8.GetString(answer.Body.Span);

    private Dictionary<string, string>? Leaves(HttpAnswer answer) => _json ? Flatten(answer) : Lines(answer);

    private static ImmutableArray<string> Shape(Dictionary<string, string> leaves, FrozenSet<string> changing) =>
        [.. leaves.Select(leaf => leaf.Key + "=" + (changing.Contains(leaf.Key) ? leaf.Value[..1] : leaf.Value)).Order(StringComparer.Ordinal)];

    private static Dictionary<string, string> Lines(HttpAnswer answer)
    {
        string[] lines = Text(answer).Split('\n');
        Dictionary<string, string> found = new(lines.Length);
        for (int i = 0; i < lines.Length; i++)
        {
            found[i.ToString(CultureInfo.InvariantCulture)] = "l" + lines[i].TrimEnd('\r');
        }

        return found;
    }

    private static Dictionary<string, string>? Flatten(HttpAnswer answer)
    {
        ReadOnlySpan<byte> body = answer.Body.Span.TrimStart(" \t\r\n"u8);
        if (body.IsEmpty || body[0] is not ((byte)'{' or (byte)'['))
        {
            return null;
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(answer.Body, new JsonDocumentOptions { MaxDepth = MaxDepth });
            Dictionary<string, string> leaves = new(StringComparer.Ordinal);
            Walk("$", document.RootElement, leaves);
            return leaves;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // No JSON, or JSON that is no text: a lone surrogate, bytes that are no UTF-8.
            return null;
        }
    }

    private static void Walk(string path, JsonElement element, Dictionary<string, string> leaves)
    {
        // A long name above many leaves would be copied into each of their paths.
        path = path.Length <= MaxPath ? path : "#" + Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(path)));
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                leaves[path] = "o";
                foreach (JsonProperty member in element.EnumerateObject())
                {
                    Walk($"{path}.{JsonEncodedText.Encode(member.Name)}", member.Value, leaves);
                }

                break;
            case JsonValueKind.Array:
                leaves[path] = "a" + element.GetArrayLength().ToString(CultureInfo.InvariantCulture);
                int index = 0;
                foreach (JsonElement item in element.EnumerateArray())
                {
                    Walk($"{path}[{index++}]", item, leaves);
                }

                break;
            case JsonValueKind.String:
                leaves[path] = "s:" + element.GetString();
                break;
            case JsonValueKind.Number:
                leaves[path] = "n:" + element.GetRawText();
                break;
            default:
                leaves[path] = "b:" + element.GetRawText();
                break;
        }
    }

    private sealed record Parts(FrozenSet<string> Changing, ImmutableArray<string> Shape);
}

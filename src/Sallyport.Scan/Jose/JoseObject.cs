using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Sallyport.Scan.Jose;

/// <summary>A JSON object as it came: its exact bytes, its members in order, names that stand twice among them.</summary>
/// <remarks>Edits change one member and leave every other byte as it is (rule O8).</remarks>
internal sealed class JoseObject
{
    private const int MaxBytes = 256 * 1024;
    private const int MaxDepth = 32;
    private const int MaxMembers = 1024;
    private readonly byte[] _bytes;
    private readonly int _close;

    private JoseObject(byte[] bytes, ImmutableArray<JoseMember> members, int close) => (_bytes, Members, _close) = (bytes, members, close);

    /// <summary>The bytes.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>The members in their order.</summary>
    public ImmutableArray<JoseMember> Members { get; }

    /// <summary>The names that stand more than once (RFC 7519, section 4 forbids them).</summary>
    public ImmutableArray<string> DuplicateNames => [.. Members.GroupBy(member => member.Name, StringComparer.Ordinal).Where(group => group.Count() > 1).Select(group => group.Key)];

    /// <summary>Reads an object. Never throws, whatever the bytes.</summary>
    /// <param name="bytes">UTF-8, at most 256 KiB, 32 levels, 1,024 members.</param>
    /// <param name="found">The object.</param>
    /// <param name="fault">What is wrong, one clause; <c>null</c> when it was read.</param>
    public static bool TryRead(byte[] bytes, [NotNullWhen(true)] out JoseObject? found, [NotNullWhen(false)] out string? fault)
    {
        found = null;
        fault = bytes.Length > MaxBytes ? "it is larger than 256 KiB" : Utf8.IsValid(bytes) ? null : "it is no UTF-8";
        if (fault is not null)
        {
            return false;
        }

        try
        {
            found = Read(bytes, out fault);
            return found is not null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // No JSON, or a name that is half a surrogate pair.
            fault = "it is no JSON";
            return false;
        }
    }

    /// <summary>An object of text that is known to be one.</summary>
    /// <param name="json">The text.</param>
    /// <exception cref="ArgumentException">It is no JSON object.</exception>
    public static JoseObject Of(string json) =>
        TryRead(Encoding.UTF8.GetBytes(json), out JoseObject? found, out string? fault) ? found : throw new ArgumentException(fault, nameof(json));

    /// <summary>Whether a member is there.</summary>
    /// <param name="name">Its name.</param>
    public bool Has(string name) => Find(name) is not null;

    /// <summary>A member's value as JSON text, exactly as it stands; the last one where a name stands twice.</summary>
    /// <param name="name">The member.</param>
    public string? Raw(string name) => Find(name) is { } member ? Encoding.UTF8.GetString(_bytes.AsSpan(member.ValueStart..member.End)) : null;

    /// <summary>A member's value when it is a string.</summary>
    /// <param name="name">The member.</param>
    public string? Text(string name) => Find(name) is { Kind: JsonTokenType.String } member ? Unescaped(_bytes.AsSpan(member.ValueStart..member.End)) : null;

    /// <summary>A member's value when it is a string, or the strings of it when it is an array; empty otherwise.</summary>
    /// <param name="name">The member.</param>
    public ImmutableArray<string> Texts(string name)
    {
        if (Find(name) is not { Kind: JsonTokenType.StartArray } member)
        {
            return Text(name) is { } one ? [one] : [];
        }

        using JsonDocument list = Parsed(member);
        return [.. list.RootElement.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String).Select(Spelled).OfType<string>()];
    }

    /// <summary>A member's value when it is a number that fits; <c>null</c> otherwise.</summary>
    /// <param name="name">The member.</param>
    public double? Number(string name)
    {
        if (Find(name) is not { Kind: JsonTokenType.Number } member)
        {
            return null;
        }

        Utf8JsonReader reader = new(_bytes.AsSpan(member.ValueStart..member.End));
        return reader.Read() && reader.TryGetDouble(out double value) && double.IsFinite(value) ? value : null;
    }

    /// <summary>A member's value when it is an object; <c>null</c> otherwise.</summary>
    /// <param name="name">The member.</param>
    public JoseObject? Object(string name) =>
        Find(name) is { Kind: JsonTokenType.StartObject } member && TryRead(_bytes[member.ValueStart..member.End], out JoseObject? inner, out _) ? inner : null;

    /// <summary>Every string in the object with the path to it, such as <c>$.address.street</c>; at most 1,024.</summary>
    public IEnumerable<(string Path, string Text)> AllTexts()
    {
        using JsonDocument document = JsonDocument.Parse(_bytes, new JsonDocumentOptions { MaxDepth = MaxDepth });
        return [.. Walk("$", document.RootElement).Take(MaxMembers)];
    }

    /// <summary>The same object with one member set: its value is replaced where it stands, or it is added at the end.</summary>
    /// <param name="name">The member.</param>
    /// <param name="json">Its value as JSON text.</param>
    public JoseObject With(string name, string json) => Find(name) is { } member
        ? Spliced(member.ValueStart, member.End, json)
        : WithExtra(name, json);

    /// <summary>The same object with one member set to a string.</summary>
    /// <param name="name">The member.</param>
    /// <param name="text">The string.</param>
    public JoseObject WithText(string name, string text) => With(name, Quoted(text));

    /// <summary>The same object with one member more at its end, even when the name stands there already.</summary>
    /// <param name="name">The member.</param>
    /// <param name="json">Its value as JSON text.</param>
    public JoseObject WithExtra(string name, string json) => Spliced(_close, _close, $"{(Members.IsEmpty ? "" : ",")}{Quoted(name)}:{json}");

    /// <summary>The same object with one member less; the same when it is not there.</summary>
    /// <param name="name">The member.</param>
    public JoseObject Without(string name)
    {
        if (Find(name) is not { } member)
        {
            return this;
        }

        int index = Members.IndexOf(member);
        // One comma goes with it: the one before, or for the first member the one behind.
        (int from, int to) = (index, Members.Length) switch
        {
            (0, 1) => (member.Start, member.End),
            (0, _) => (member.Start, Members[1].Start),
            _ => (Members[index - 1].End, member.End),
        };
        return Spliced(from, to, "");
    }

    /// <summary>A text as a JSON string.</summary>
    /// <param name="text">The text.</param>
    public static string Quoted(string text) => $"\"{JsonEncodedText.Encode(text, System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"";

    /// <summary>The bytes as text; for messages use single members.</summary>
    public override string ToString() => Encoding.UTF8.GetString(_bytes);

    private static JoseObject? Read(byte[] bytes, out string? fault)
    {
        Utf8JsonReader reader = new(bytes, new JsonReaderOptions { MaxDepth = MaxDepth });
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            fault = "it is no JSON object";
            return null;
        }

        ImmutableArray<JoseMember>.Builder members = ImmutableArray.CreateBuilder<JoseMember>();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            int start = (int)reader.TokenStartIndex;
            // GetString of a reader over this array: a property name is never null.
            string name = reader.GetString() ?? "";
            reader.Read();
            int valueStart = (int)reader.TokenStartIndex;
            JsonTokenType kind = reader.TokenType;
            reader.Skip();
            members.Add(new(name, kind, start, valueStart, (int)reader.BytesConsumed));
            if (members.Count > MaxMembers)
            {
                fault = "it has more than 1,024 members";
                return null;
            }
        }

        int close = (int)reader.TokenStartIndex;
        fault = reader.Read() ? "something follows the object" : null;
        return fault is null ? new(bytes, members.ToImmutable(), close) : null;
    }

    private static IEnumerable<(string Path, string Text)> Walk(string path, JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(member => Walk($"{path}.{NameOf(member)}", member.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany((item, index) => Walk($"{path}[{index}]", item)),
        JsonValueKind.String when Spelled(element) is { } text => [(path, text)],
        JsonValueKind.Number => [(path, element.GetRawText())],
        _ => [],
    };

    private static string NameOf(JsonProperty member)
    {
        try
        {
            return member.Name;
        }
        catch (InvalidOperationException)
        {
            return "?";
        }
    }

    // Half a surrogate pair is JSON and no text.
    private static string? Spelled(JsonElement element)
    {
        try
        {
            return element.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static string? Unescaped(ReadOnlySpan<byte> json)
    {
        Utf8JsonReader reader = new(json);
        try
        {
            return reader.Read() ? reader.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private JoseMember? Find(string name)
    {
        for (int i = Members.Length - 1; i >= 0; i--)
        {
            if (Members[i].Name == name)
            {
                return Members[i];
            }
        }

        return null;
    }

    private JsonDocument Parsed(JoseMember member) => JsonDocument.Parse(_bytes.AsMemory(member.ValueStart..member.End), new JsonDocumentOptions { MaxDepth = MaxDepth });

    private JoseObject Spliced(int from, int to, string json)
    {
        byte[] bytes = [.. _bytes.AsSpan(0, from), .. Encoding.UTF8.GetBytes(json), .. _bytes.AsSpan(to)];
        return TryRead(bytes, out JoseObject? edited, out string? fault) ? edited : throw new ArgumentException($"The edit breaks the object: {fault}", nameof(json));
    }
}

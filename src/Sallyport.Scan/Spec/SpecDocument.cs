using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;
using Sallyport.Scan.Config;

namespace Sallyport.Scan.Spec;

/// <summary>An API description with the files it refers to; follows <c>$ref</c> within bounds.</summary>
internal sealed class SpecDocument : IDisposable
{
    private const int MostHops = 32;
    private const int MostFiles = 64;
    private const int Depth = 128;
    private const int MostNotes = 50;
    private const int LongestReference = 2_000;
    private readonly Dictionary<string, SpecFile?> _files = new(StringComparer.Ordinal);
    private readonly List<JsonDocument> _opened = [];
    private readonly string? _folder;
    private readonly HashSet<string> _notes = [];
    private int _bytes;

    private readonly FetchedParts? _parts;

    private SpecDocument(JsonDocument root, string? folder, string? address, FetchedParts? parts)
    {
        _opened.Add(root);
        (_folder, _parts) = (folder, parts);
        Root = new(root.RootElement, new(root.RootElement, folder, address));
    }

    public SpecNode Root { get; }

    public IEnumerable<string> Notes => _notes;

    /// <summary>Opens a description.</summary>
    /// <param name="bytes">Its first document.</param>
    /// <param name="name">What to call it in messages.</param>
    /// <param name="folder">The folder whose files it may refer to; <c>null</c>: none.</param>
    /// <param name="address">The request path it was fetched from; <c>null</c> for a file.</param>
    /// <param name="parts">The other documents of its origin; <c>null</c>: none.</param>
    /// <param name="problem">Why it cannot be read.</param>
    public static SpecDocument? Open(ReadOnlyMemory<byte> bytes, string name, string? folder, string? address, FetchedParts? parts, out InputProblem? problem)
    {
        JsonDocument? root = Parse(bytes, name, out problem);
        if (root is not null && RouteTableText.ToOpenApi(root.RootElement) is { } described)
        {
            root.Dispose();
            root = Parse(described, name, out problem);
        }

        return root is null ? null : new(root, folder, address, parts);
    }

    /// <summary>The member of an object, its reference followed; <c>null</c> when it is not there or leads nowhere.</summary>
    public SpecNode? Member(SpecNode node, string name) =>
        Json.Member(node.Element, name) is { } member ? Follow(new(member, node.File)) : null;

    /// <summary>The members of an object below a name, references followed.</summary>
    public IEnumerable<(string Name, SpecNode Value)> Members(SpecNode node, string name)
    {
        if (Member(node, name) is not { Element.ValueKind: JsonValueKind.Object } map)
        {
            yield break;
        }

        foreach (JsonProperty property in map.Element.EnumerateObject())
        {
            if (Follow(new(property.Value, map.File)) is { } value)
            {
                yield return (property.Name, value);
            }
        }
    }

    /// <summary>The items of a list below a name, references followed.</summary>
    public IEnumerable<SpecNode> Items(SpecNode node, string name)
    {
        if (Member(node, name) is not { Element.ValueKind: JsonValueKind.Array } list)
        {
            yield break;
        }

        foreach (JsonElement item in list.Element.EnumerateArray())
        {
            if (Follow(new(item, list.File)) is { } value)
            {
                yield return value;
            }
        }
    }

    /// <summary>Where one reference leads, itself not followed further; <c>null</c> when it is not read.</summary>
    public SpecNode? Hop(SpecFile from, string reference)
    {
        SpecNode? target = Target(from, reference);
        if (target is null && _notes.Count < MostNotes)
        {
            _notes.Add($"the description refers to {Shown.Quoted(reference)}, which is not read");
        }

        return target;
    }

    public void Dispose() => _opened.ForEach(document => document.Dispose());

    private SpecNode? Follow(SpecNode node)
    {
        for (int hop = 0; hop < MostHops; hop++)
        {
            if (node.Element.ValueKind != JsonValueKind.Object || Json.Text(node.Element, "$ref") is not string reference)
            {
                return node;
            }

            if (Hop(node.File, reference) is not { } next)
            {
                return null;
            }

            node = next;
        }

        _notes.Add("the description holds a reference that leads round in a circle");
        return null;
    }

    private SpecNode? Target(SpecFile from, string reference)
    {
        if (reference.Length > LongestReference)
        {
            return null;
        }

        int hash = reference.IndexOf('#', StringComparison.Ordinal);
        string file = hash < 0 ? reference : reference[..hash];
        string pointer = hash < 0 ? "" : reference[(hash + 1)..];
        SpecFile? target = file.Length == 0 ? from : Other(from, file);
        return target is not null && Pointed(target.Root, pointer) is { } element ? new(element, target) : null;
    }

    private static JsonElement? Pointed(JsonElement element, string pointer)
    {
        // RFC 6901, in its URI form (section 6).
        JsonElement? at = element;
        foreach (string token in pointer.Split('/').Skip(1).Take(Depth))
        {
            string name = Uri.UnescapeDataString(token).Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            at = at is { ValueKind: JsonValueKind.Array } list
                ? int.TryParse(name, out int index) && index >= 0 && index < list.GetArrayLength() ? list[index] : null
                : at is { } value ? Json.Member(value, name) : null;
        }

        return pointer.Length == 0 || pointer.StartsWith('/') ? at : null;
    }

    private SpecFile? Other(SpecFile from, string file) => from.Address is { } address ? Fetched(address, file) : Beside(from, file);

    private SpecFile? Fetched(string from, string reference)
    {
        if (_parts?.PathOf(from, reference) is not { } path)
        {
            return null;
        }

        if (_files.TryGetValue(path, out SpecFile? known))
        {
            return known;
        }

        SpecFile? read = null;
        if (_parts.Of(path) is { } bytes && _bytes + bytes.Length <= ApiDescriptionReader.Limit && Parse(bytes, path, out _) is { } document)
        {
            _bytes += bytes.Length;
            _opened.Add(document);
            read = new(document.RootElement, null, path);
        }

        _files[path] = read;
        return read;
    }

    private SpecFile? Beside(SpecFile from, string file)
    {
        if (from.Folder is null || _folder is null || file.Contains(':', StringComparison.Ordinal) || file.Contains('\0', StringComparison.Ordinal))
        {
            return null;
        }

        string path = Path.GetFullPath(Uri.UnescapeDataString(file).Replace('\0', '_'), from.Folder);
        if (_files.TryGetValue(path, out SpecFile? known))
        {
            return known;
        }

        if (_files.Count >= MostFiles)
        {
            return null;
        }

        SpecFile? read = IsBelow(path, _folder) ? ReadOther(path) : null;
        _files[path] = read;
        return read;
    }

    private SpecFile? ReadOther(string path)
    {
        byte[]? bytes = InputFile.Read(path, "a part of the API description", Math.Max(1, ApiDescriptionReader.Limit - _bytes), out _);
        if (bytes is null || Parse(bytes, path, out _) is not JsonDocument document)
        {
            return null;
        }

        _bytes += bytes.Length;
        _opened.Add(document);
        return new(document.RootElement, Path.GetDirectoryName(path));
    }

    /// <summary>Whether the file is below the folder, links followed: a description must not make us read anything else.</summary>
    private static bool IsBelow(string path, string folder)
    {
        try
        {
            string real = File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
            string root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)) + Path.DirectorySeparatorChar;
            return path.StartsWith(root, StringComparison.Ordinal) && real.StartsWith(root, StringComparison.Ordinal);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static JsonDocument? Parse(ReadOnlyMemory<byte> bytes, string name, out InputProblem? problem)
    {
        ReadOnlyMemory<byte> text = bytes.Span.StartsWith("\xEF\xBB\xBF"u8) ? bytes[3..] : bytes;
        problem = null;
        try
        {
            if (!IsJson(text.Span))
            {
                switch (YamlText.Read(text.Span, YamlLimits.Description))
                {
                    case YamlAnswer.Broken broken:
                        problem = new($"the API description cannot be read: {broken.Reason}", "OpenAPI 2.0, 3.0, 3.1 and 3.2 are read, as JSON or YAML") { Where = $"{name}:{broken.Line}" };
                        return null;
                    case YamlAnswer.Read read when YamlJson.Convert(read.Root, ApiDescriptionReader.Limit) is { } json:
                        text = json;
                        break;
                    default:
                        problem = new($"the API description `{name}` unfolds to more than {ApiDescriptionReader.Limit / (1024 * 1024)} MB", "its aliases repeat too much");
                        return null;
                }
            }

            if (!HasReadableNames(text.Span))
            {
                problem = new($"the API description `{name}` holds a name that is no Unicode text", "OpenAPI 2.0, 3.0, 3.1 and 3.2 are read, as JSON or YAML");
                return null;
            }

            return JsonDocument.Parse(text, new() { MaxDepth = Depth, AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip });
        }
        catch (JsonException e)
        {
            problem = new("the API description is not valid JSON", "OpenAPI 2.0, 3.0, 3.1 and 3.2 are read, as JSON or YAML") { Where = $"{name}:{(e.LineNumber ?? 0) + 1}" };
            return null;
        }
    }

    /// <summary>Whether every member's name is Unicode text, without lone surrogates or octets that are no UTF-8: looking for any member of its object would throw.</summary>
    private static bool HasReadableNames(ReadOnlySpan<byte> text)
    {
        var reader = new Utf8JsonReader(text, new() { MaxDepth = Depth, AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip });
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType == JsonTokenType.PropertyName)
                {
                    _ = reader.GetString();
                }
            }

            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private static bool IsJson(ReadOnlySpan<byte> text)
    {
        ReadOnlySpan<byte> start = text.TrimStart(" \t\r\n"u8);
        return start.Length > 0 && (start[0] is (byte)'{' or (byte)'[');
    }
}

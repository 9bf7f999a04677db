using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Text;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Sallyport.Scan.Config;

/// <summary>Reads YAML (and so JSON) into <see cref="YamlNode"/>s, bounded in depth and number; never throws on what it reads.</summary>
/// <remarks>Events only: nothing is made of a tag or a type name. An alias shares the node of its anchor and is never expanded here.</remarks>
internal sealed class YamlText
{
    private readonly YamlLimits _limits;
    private readonly IParser _parser;
    private readonly Dictionary<string, YamlNode> _anchors = [];
    private int _nodes;

    private YamlText(string text, YamlLimits limits) => (_parser, _limits) = (new Parser(new StringReader(text)), limits);

    /// <summary>Reads one document.</summary>
    /// <param name="bytes">UTF-8, with or without a byte order mark.</param>
    /// <param name="limits">What is allowed.</param>
    public static YamlAnswer Read(ReadOnlySpan<byte> bytes, YamlLimits limits)
    {
        string text;
        try
        {
            text = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetString(bytes).TrimStart('\uFEFF');
        }
        catch (DecoderFallbackException)
        {
            return new YamlAnswer.Broken("not text in UTF-8", 1);
        }

        var reader = new YamlText(text, limits);
        try
        {
            return reader.Document();
        }
        catch (Refusal refusal)
        {
            return new YamlAnswer.Broken(refusal.Message, refusal.Line);
        }
        catch (YamlException e)
        {
            return new YamlAnswer.Broken("not valid YAML: " + Shown.Line(e.Message), (int)Math.Clamp(e.Start.Line, 1, int.MaxValue));
        }
        catch (Exception e) when (e is ArgumentException or FormatException or OverflowException or InvalidOperationException or IndexOutOfRangeException)
        {
            // What the scanner of the library throws on escapes and numbers out of range.
            return new YamlAnswer.Broken("not valid YAML", (int)Math.Clamp(reader._parser.Current?.Start.Line ?? 1, 1, int.MaxValue));
        }
    }

    private YamlAnswer Document()
    {
        Next();
        if (Next() is StreamEnd)
        {
            return new YamlAnswer.Read(null);
        }

        Next();
        YamlNode root = Node(0);
        Next();
        return Next() is StreamEnd
            ? new YamlAnswer.Read(root)
            : throw new Refusal("more than one document in the file", Line);
    }

    private int Line => (int)Math.Clamp(_parser.Current?.Start.Line ?? 1, 1, int.MaxValue);

    private ParsingEvent Next()
    {
        if (!_parser.MoveNext() || _parser.Current is null)
        {
            throw new Refusal("the file ends too early", Line);
        }

        return _parser.Current;
    }

    /// <summary>The node at the current event; leaves the parser on the node's last event.</summary>
    private YamlNode Node(int depth)
    {
        if (++_nodes > _limits.Nodes)
        {
            throw new Refusal($"more than {_limits.Nodes} values", Line);
        }

        if (depth > _limits.Depth)
        {
            throw new Refusal($"nested deeper than {_limits.Depth} levels", Line);
        }

        // The library's parser can always be asked; after Next() it has a current event.
        ParsingEvent current = _parser.Current ?? throw new Refusal("the file ends too early", 1);
        int line = Line;
        if (current is AnchorAlias alias)
        {
            Allow("an alias", line);
            return _anchors.TryGetValue(alias.Value.Value, out YamlNode? shared)
                ? shared
                : throw new Refusal("an alias without its anchor before it", line);
        }

        YamlNode node = current switch
        {
            Scalar scalar => new YamlNode.Scalar(scalar.Value, scalar.Style == ScalarStyle.Plain && scalar.Tag.IsEmpty, line),
            SequenceStart => Items(depth, line),
            MappingStart => Entries(depth, line),
            _ => throw new Refusal("not valid YAML", line),
        };
        if (current is NodeEvent { Anchor.IsEmpty: false } anchored)
        {
            Allow("an anchor", line);
            _anchors[anchored.Anchor.Value] = node;
        }

        if (current is NodeEvent { Tag.IsEmpty: false } && !_limits.AnchorsAndTags)
        {
            throw new Refusal("tags are not read here", line);
        }

        return node;
    }

    private YamlNode.Sequence Items(int depth, int line)
    {
        var items = ImmutableArray.CreateBuilder<YamlNode>();
        while (Next() is not SequenceEnd)
        {
            items.Add(Node(depth + 1));
        }

        return new(items.ToImmutable(), line);
    }

    private YamlNode.Mapping Entries(int depth, int line)
    {
        var entries = ImmutableArray.CreateBuilder<(YamlNode.Scalar, YamlNode)>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (Next() is not MappingEnd)
        {
            if (Node(depth + 1) is not YamlNode.Scalar key)
            {
                throw new Refusal("a key that is no plain text", Line);
            }

            if (!seen.Add(key.Text))
            {
                throw new Refusal($"the key {Shown.Quoted(key.Text)} stands twice", key.Line);
            }

            Next();
            entries.Add((key, Node(depth + 1)));
        }

        return new(entries.ToImmutable(), line);
    }

    private void Allow(string what, int line)
    {
        if (!_limits.AnchorsAndTags)
        {
            throw new Refusal($"{what}: anchors and aliases are not read here", line);
        }
    }

    private sealed class Refusal(string message, int line) : FormatException(message)
    {
        public int Line { get; } = line;
    }
}

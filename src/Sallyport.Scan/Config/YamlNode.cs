using System.Collections.Immutable;

namespace Sallyport.Scan.Config;

/// <summary>A YAML value with the line it stands in.</summary>
internal abstract record YamlNode
{
    private YamlNode(int line) => Line = line;

    /// <summary>The line, from 1.</summary>
    public int Line { get; }

    /// <summary>What it is, in a message: a value, a list, a mapping.</summary>
    public abstract string Kind { get; }

    internal sealed record Scalar(string Text, bool Plain, int At) : YamlNode(At)
    {
        public override string Kind => "a value";

        /// <summary>Whether it is YAML's null: nothing, <c>~</c> or <c>null</c>.</summary>
        public bool IsNull => Plain && (Text is "" or "~" or "null" or "Null" or "NULL");
    }

    internal sealed record Sequence(ImmutableArray<YamlNode> Items, int At) : YamlNode(At)
    {
        public override string Kind => "a list";
    }

    internal sealed record Mapping(ImmutableArray<(Scalar Key, YamlNode Value)> Entries, int At) : YamlNode(At)
    {
        public override string Kind => "a mapping";
    }
}

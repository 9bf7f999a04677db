using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;

namespace Sallyport.Scan.Config;

/// <summary>One mapping of the configuration file: every key that is asked for is known, every other one a problem.</summary>
internal sealed class ConfigMap
{
    private readonly ImmutableArray<(YamlNode.Scalar Key, YamlNode Value)> _entries;
    private readonly ConfigSource _source;
    private readonly string _path;
    private readonly List<string> _known = [];

    public ConfigMap(YamlNode.Mapping node, ConfigSource source, string path) =>
        (_entries, _source, _path, Line) = (node.Entries, source, path, node.Line);

    public int Line { get; }

    /// <summary>The keys as they stand; for mappings whose keys the user chooses.</summary>
    public IEnumerable<(string Key, int Line)> Keys => _entries.Select(entry => (entry.Key.Text, entry.Key.Line));

    /// <summary>The name of a key with its path, such as <c>identities.alice.cert</c>.</summary>
    public string PathOf(string key) => _path.Length == 0 ? Shown.Line(key) : $"{_path}.{Shown.Line(key)}";

    public void Problem(string key, string message, string? hint = null) =>
        _source.Problem($"{PathOf(key)}: {message}", hint, Find(key)?.Line ?? Line);

    public YamlNode? Node(string key)
    {
        _known.Add(key);
        return Find(key) is YamlNode.Scalar { IsNull: true } ? null : Find(key);
    }

    public string? Text(string key)
    {
        switch (Node(key))
        {
            case null:
                return null;
            case YamlNode.Scalar scalar:
                return scalar.Text;
            case YamlNode other:
                Problem(key, $"must be one value, not {other.Kind}");
                return null;
        }
    }

    public bool Flag(string key)
    {
        switch (Text(key))
        {
            case null or "false" or "False":
                return false;
            case "true" or "True":
                return true;
            default:
                Problem(key, "must be true or false");
                return false;
        }
    }

    public int? Number(string key, int least, int most)
    {
        string? text = Text(key);
        if (text is null)
        {
            return null;
        }

        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= least && number <= most)
        {
            return number;
        }

        Problem(key, string.Create(CultureInfo.InvariantCulture, $"must be a whole number from {least} to {most}"));
        return null;
    }

    public ConfigMap? Map(string key)
    {
        switch (Node(key))
        {
            case null:
                return null;
            case YamlNode.Mapping mapping:
                return new(mapping, _source, PathOf(key));
            case YamlNode other:
                Problem(key, $"must be a mapping, not {other.Kind}");
                return null;
        }
    }

    /// <summary>A list of texts; a single text counts as a list of one.</summary>
    public ImmutableArray<(string Text, int Line)> Texts(string key)
    {
        switch (Node(key))
        {
            case null:
                return [];
            case YamlNode.Scalar scalar:
                return [(scalar.Text, scalar.Line)];
            case YamlNode.Sequence sequence when sequence.Items.All(item => item is YamlNode.Scalar { IsNull: false }):
                return [.. sequence.Items.OfType<YamlNode.Scalar>().Select(item => (item.Text, item.Line))];
            default:
                Problem(key, "must be a list of texts");
                return [];
        }
    }

    /// <summary>Tells every key that nobody asked for.</summary>
    public void End()
    {
        foreach ((YamlNode.Scalar key, _) in _entries)
        {
            if (!_known.Contains(key.Text))
            {
                _source.Problem($"unknown key {Shown.Quoted(PathOf(key.Text))}", Shown.DidYouMean(key.Text, _known), key.Line);
            }
        }
    }

    private YamlNode? Find(string key) => _entries.FirstOrDefault(entry => entry.Key.Text == key).Value;
}

namespace Sallyport.Scan.Config;

/// <summary>What a YAML text may hold.</summary>
/// <param name="Depth">The deepest nesting.</param>
/// <param name="Nodes">The most values, keys counted.</param>
/// <param name="AnchorsAndTags">Whether anchors, aliases and tags are read at all.</param>
internal sealed record YamlLimits(int Depth, int Nodes, bool AnchorsAndTags)
{
    /// <summary>For a configuration file: small, and without anything that is not what it looks like.</summary>
    public static YamlLimits Configuration { get; } = new(24, 20_000, AnchorsAndTags: false);

    /// <summary>For an API description.</summary>
    public static YamlLimits Description { get; } = new(64, 1_000_000, AnchorsAndTags: true);
}

using System.Collections.Immutable;

namespace Sallyport.Forge;

/// <summary>Content of the nameConstraints extension.</summary>
/// <remarks>RFC 5280, section 4.2.1.10.</remarks>
public sealed record NameConstraints
{
    /// <summary>Subtrees that names must lie in; none by default.</summary>
    public ImmutableArray<GeneralName> Permitted { get; init; } = [];

    /// <summary>Subtrees that names must not lie in; none by default.</summary>
    public ImmutableArray<GeneralName> Excluded { get; init; } = [];
}

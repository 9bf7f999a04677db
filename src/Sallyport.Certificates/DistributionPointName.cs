using System.Collections.Immutable;

namespace Sallyport.Certificates;

/// <summary>The name of a distribution point (RFC 5280, section 4.2.1.13).</summary>
public abstract record DistributionPointName
{
    private DistributionPointName()
    {
    }

    /// <summary>Full names, each of the same distribution point.</summary>
    /// <param name="Names">At least one.</param>
    public sealed record Full(ImmutableArray<GeneralName> Names) : DistributionPointName;

    /// <summary>A relative name, to be appended to the CRL issuer's.</summary>
    /// <param name="Attributes">The attributes of the one relative name.</param>
    public sealed record Relative(ImmutableArray<NameAttribute> Attributes) : DistributionPointName
    {
        internal string Canonical { get; init; } = "";
    }
}

using System.Collections.Immutable;

namespace Sallyport.Cli.Identities;

/// <summary>What <c>identities add</c> was given, as text.</summary>
internal sealed record IdentityDraft
{
    public required string Name { get; init; }

    public ImmutableArray<string> CertificateFiles { get; init; } = [];

    public ImmutableArray<string> IssuerSerialFiles { get; init; } = [];

    public ImmutableArray<string> AlternativeNames { get; init; } = [];

    public ImmutableArray<string> Roles { get; init; } = [];

    public ImmutableArray<string> Scopes { get; init; } = [];

    public string? NotBefore { get; init; }

    public string? NotAfter { get; init; }

    /// <summary>Whether it is to be added to an identity that is there.</summary>
    public bool IsExisting { get; init; }
}

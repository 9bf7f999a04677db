using System;
using System.Collections.Immutable;

namespace Sallyport.Forge.Matrix;

/// <summary>What is known when the matrix of bad identities is made.</summary>
public sealed record MatrixInput
{
    /// <summary>DER of the certificate of the genuine identity A, which the target accepts.</summary>
    public required ReadOnlyMemory<byte> GenuineLeaf { get; init; }

    /// <summary>Whether A's role is the lowest of all identities. When false, nothing that names A is minted under the user's CA.</summary>
    public required bool GenuineHasLowestRole { get; init; }

    /// <summary>The clock.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>DER of the intermediates that A sends, nearest first; none by default.</summary>
    public ImmutableArray<ReadOnlyMemory<byte>> GenuineIntermediates { get; init; } = [];

    /// <summary>A's key; null when it may not be used. Not owned.</summary>
    public ForgeKey? GenuineKey { get; init; }

    /// <summary>The user's client CA with its key; null when it was not given. Not owned.</summary>
    public CertificateAuthority? ClientAuthority { get; init; }

    /// <summary>DER of the user's client CA where only its certificate was given.</summary>
    public ReadOnlyMemory<byte>? ClientAuthorityCertificate { get; init; }

    /// <summary>DER of the certificate of a second identity B.</summary>
    public ReadOnlyMemory<byte>? SecondLeaf { get; init; }

    /// <summary>DER certificates of every other identity: their names are never minted under the user's CA.</summary>
    public ImmutableArray<ReadOnlyMemory<byte>> OtherLeaves { get; init; } = [];

    /// <summary>DER names from the server's CertificateRequest.</summary>
    public ImmutableArray<ReadOnlyMemory<byte>> AuthorityNames { get; init; } = [];

    /// <summary>Rule ids to make identities for, besides the controls; null makes all.</summary>
    public ImmutableHashSet<string>? Rules { get; init; }

    /// <summary>URL at which the target can reach us, without a slash at its end; null when there is none.</summary>
    public string? CallbackUrl { get; init; }
}

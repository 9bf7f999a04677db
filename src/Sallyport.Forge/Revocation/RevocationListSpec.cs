using System;
using System.Collections.Immutable;
using System.Numerics;

namespace Sallyport.Forge.Revocation;

/// <summary>Everything a certificate revocation list says.</summary>
/// <remarks>RFC 5280, section 5. Nothing is checked against the profile.</remarks>
public sealed record RevocationListSpec
{
    /// <summary>When the list was made.</summary>
    public required DateTimeOffset ThisUpdate { get; init; }

    /// <summary>When the next one comes; null leaves it out.</summary>
    public DateTimeOffset? NextUpdate { get; init; }

    /// <summary>The revoked certificates; none leaves the field out, as the profile wants it.</summary>
    public ImmutableArray<RevokedEntry> Entries { get; init; } = [];

    /// <summary>CRL number; 1 by default, null leaves it out.</summary>
    public BigInteger? Number { get; init; } = BigInteger.One;

    /// <summary>Number of the base list, which makes this a delta list; null for a full one.</summary>
    public BigInteger? DeltaBase { get; init; }

    /// <summary>Scope of the list; null writes none.</summary>
    public IssuingDistributionPoint? Scope { get; init; }

    /// <summary>Where delta lists are; none leaves the extension out.</summary>
    public ImmutableArray<string> FreshestUrls { get; init; } = [];

    /// <summary>Issuer name; null takes the authority's subject.</summary>
    public DistinguishedName? Issuer { get; init; }

    /// <summary>Authority key identifier; computed by default.</summary>
    public KeyIdentifierChoice AuthorityKeyIdentifier { get; init; } = new KeyIdentifierChoice.Computed();

    /// <summary>How it is signed; null takes what suits the authority's key.</summary>
    public CertificateSignature? Signature { get; init; }

    /// <summary>Further extensions, written last.</summary>
    public ImmutableArray<CertificateExtension> ExtraExtensions { get; init; } = [];
}

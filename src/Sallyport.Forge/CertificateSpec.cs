using System;
using System.Collections.Immutable;
using System.Security.Cryptography.X509Certificates;

namespace Sallyport.Forge;

/// <summary>Everything a certificate says, each field free to be wrong.</summary>
/// <remarks>RFC 5280, section 4. Nothing is checked against the profile: that is for those who verify.</remarks>
public sealed record CertificateSpec
{
    /// <summary>Version as people count it, 1 to 3; 3 by default. Version 1 is written without extensions when there are none.</summary>
    public int Version { get; init; } = 3;

    /// <summary>Content of the serialNumber INTEGER, octet by octet; null makes 16 random octets, positive.</summary>
    public ReadOnlyMemory<byte>? Serial { get; init; }

    /// <summary>How the issuer signs; null takes what suits the issuer's key.</summary>
    public CertificateSignature? Signature { get; init; }

    /// <summary>Issuer name; null takes the authority's subject.</summary>
    public DistinguishedName? Issuer { get; init; }

    /// <summary>Subject name.</summary>
    public required DistinguishedName Subject { get; init; }

    /// <summary>First moment of validity, cut to seconds.</summary>
    public required DateTimeOffset NotBefore { get; init; }

    /// <summary>Last moment of validity, cut to seconds.</summary>
    public required DateTimeOffset NotAfter { get; init; }

    /// <summary>The subject's key: its public half is certified, the private half goes into the identity.</summary>
    public required ForgeKey Key { get; init; }

    /// <summary>Subject alternative names; none leaves the extension out.</summary>
    public ImmutableArray<GeneralName> SubjectAltNames { get; init; } = [];

    /// <summary>Extended key usages, dotted; none leaves the extension out.</summary>
    public ImmutableArray<string> ExtendedKeyUsages { get; init; } = [];

    /// <summary>Key usages; None leaves the extension out.</summary>
    public X509KeyUsageFlags KeyUsages { get; init; } = X509KeyUsageFlags.None;

    /// <summary>Basic constraints; null leaves the extension out.</summary>
    public BasicConstraints? BasicConstraints { get; init; }

    /// <summary>Name constraints; null leaves the extension out.</summary>
    public NameConstraints? NameConstraints { get; init; }

    /// <summary>Certificate policies, dotted; none leaves the extension out.</summary>
    public ImmutableArray<string> Policies { get; init; } = [];

    /// <summary>Subject key identifier; computed by default.</summary>
    public KeyIdentifierChoice SubjectKeyIdentifier { get; init; } = new KeyIdentifierChoice.Computed();

    /// <summary>Authority key identifier; computed by default.</summary>
    public KeyIdentifierChoice AuthorityKeyIdentifier { get; init; } = new KeyIdentifierChoice.Computed();

    /// <summary>URLs of the issuer's certificate (authority information access).</summary>
    public ImmutableArray<string> CaIssuersUrls { get; init; } = [];

    /// <summary>URLs of OCSP responders (authority information access).</summary>
    public ImmutableArray<string> OcspUrls { get; init; } = [];

    /// <summary>URLs of CRLs (distribution points, one for each).</summary>
    public ImmutableArray<string> CrlUrls { get; init; } = [];

    /// <summary>Further extensions, written last and in order; repeats of the above are allowed.</summary>
    public ImmutableArray<CertificateExtension> ExtraExtensions { get; init; } = [];

    /// <summary>Criticality by object identifier where it shall differ from RFC 5280's advice.</summary>
    public ImmutableDictionary<string, bool> Criticality { get; init; } = ImmutableDictionary<string, bool>.Empty;
}

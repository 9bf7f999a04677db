namespace Sallyport.Certificates;

/// <summary>What a certificate's public key is, and how strong.</summary>
public sealed record PublicKeyProfile
{
    /// <summary>The dotted key algorithm.</summary>
    public required string Oid { get; init; }

    /// <summary>The family.</summary>
    public required PublicKeyKind Kind { get; init; }

    /// <summary>Modulus, prime or field size in bits; 0 when not known.</summary>
    public required int Bits { get; init; }

    /// <summary>Comparable strength in bits (NIST SP 800-57 part 1, table 2); 0 when not known.</summary>
    public required int SecurityBits { get; init; }

    /// <summary>The dotted named curve, or null when the key has none or gives explicit parameters.</summary>
    public string? Curve { get; init; }

    /// <summary>The RSA public exponent's octets; empty for other keys.</summary>
    public Octets Exponent { get; init; }

    /// <summary>Whether the algorithm's parameters are absent, so that they may be inherited (DSA, RFC 5280, section 6.1.4 (f)).</summary>
    public bool LacksParameters { get; init; }

    /// <summary>The whole SubjectPublicKeyInfo, as DER.</summary>
    public required Octets SubjectPublicKeyInfo { get; init; }

    /// <summary>SHA-256 of <see cref="SubjectPublicKeyInfo"/>, the usual pin.</summary>
    public required Octets Pin { get; init; }

    /// <summary>A name for people, such as "RSA 2048" or "EC P-256".</summary>
    public required string Name { get; init; }

    internal Octets Parameters { get; init; }

    internal Octets Key { get; init; }
}

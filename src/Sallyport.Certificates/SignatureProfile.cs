namespace Sallyport.Certificates;

/// <summary>How something is signed.</summary>
public sealed record SignatureProfile
{
    /// <summary>The dotted signature algorithm.</summary>
    public required string Oid { get; init; }

    /// <summary>The family.</summary>
    public required SignatureKind Kind { get; init; }

    /// <summary>The digest's usual name (MD5, SHA1, SHA256…), or null when the algorithm has none of its own or is not known.</summary>
    public string? Digest { get; init; }

    /// <summary>Collision strength of the digest in bits (MD5 and SHA-1 count as 0); 0 when not known.</summary>
    public required int SecurityBits { get; init; }

    /// <summary>A name for people, such as "ECDSA SHA256".</summary>
    public required string Name { get; init; }

    /// <summary>The salt length of RSASSA-PSS in octets; 0 for others.</summary>
    public int SaltLength { get; init; }

    /// <summary>Whether forgery is practical or nearly so: MD2, MD5, SHA-1.</summary>
    public bool IsWeak => Digest is "MD2" or "MD5" or "SHA1";

    internal Octets Parameters { get; init; }
}

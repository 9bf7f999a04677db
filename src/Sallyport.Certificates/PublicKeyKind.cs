namespace Sallyport.Certificates;

/// <summary>Families of public keys.</summary>
public enum PublicKeyKind
{
    /// <summary>None of the others.</summary>
    Other,

    /// <summary>RSA, by rsaEncryption or id-RSASSA-PSS.</summary>
    Rsa,

    /// <summary>DSA.</summary>
    Dsa,

    /// <summary>An elliptic curve for ECDSA or ECDH.</summary>
    EllipticCurve,

    /// <summary>Ed25519 or Ed448 (RFC 8410).</summary>
    Edwards,

    /// <summary>X25519 or X448: key agreement only.</summary>
    Montgomery,

    /// <summary>ML-DSA (FIPS 204).</summary>
    MlDsa,
}

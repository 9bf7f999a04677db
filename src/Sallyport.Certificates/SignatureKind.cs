namespace Sallyport.Certificates;

/// <summary>Families of signatures.</summary>
public enum SignatureKind
{
    /// <summary>None of the others.</summary>
    Other,

    /// <summary>RSASSA-PKCS1-v1_5.</summary>
    RsaPkcs1,

    /// <summary>RSASSA-PSS.</summary>
    RsaPss,

    /// <summary>DSA.</summary>
    Dsa,

    /// <summary>ECDSA.</summary>
    Ecdsa,

    /// <summary>Ed25519 or Ed448.</summary>
    EdDsa,

    /// <summary>ML-DSA.</summary>
    MlDsa,
}

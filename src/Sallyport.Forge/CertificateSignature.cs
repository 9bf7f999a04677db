namespace Sallyport.Forge;

/// <summary>How a certificate, a CRL or an OCSP answer is signed.</summary>
/// <remarks>RFC 5758, RFC 4055. The SHA-1 members exist to be refused by whoever verifies.</remarks>
public enum CertificateSignature
{
    /// <summary>ECDSA over SHA-256.</summary>
    EcdsaSha256,

    /// <summary>ECDSA over SHA-384.</summary>
    EcdsaSha384,

    /// <summary>ECDSA over SHA-512.</summary>
    EcdsaSha512,

    /// <summary>ECDSA over SHA-1: too weak to be accepted.</summary>
    EcdsaSha1,

    /// <summary>RSASSA-PKCS1-v1_5 over SHA-256.</summary>
    RsaSha256,

    /// <summary>RSASSA-PKCS1-v1_5 over SHA-384.</summary>
    RsaSha384,

    /// <summary>RSASSA-PKCS1-v1_5 over SHA-512.</summary>
    RsaSha512,

    /// <summary>RSASSA-PKCS1-v1_5 over SHA-1: too weak to be accepted.</summary>
    RsaSha1,

    /// <summary>RSASSA-PSS over SHA-256, MGF1 with SHA-256, salt of 32 octets.</summary>
    RsaPssSha256,
}

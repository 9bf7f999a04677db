namespace Sallyport.Tls.Client;

/// <summary>How we prove, or fail to prove, the possession of the certificate's key.</summary>
public enum CertificateVerifyAnswer
{
    /// <summary>A right signature with the credential's key (with a throw-away key of the same kind when the credential has none).</summary>
    Sign,

    /// <summary>No CertificateVerify message.</summary>
    Omit,

    /// <summary>A well-formed signature over other data than the handshake.</summary>
    SignWrongData,

    /// <summary>Random bytes of the length of a signature.</summary>
    Garbage,
}

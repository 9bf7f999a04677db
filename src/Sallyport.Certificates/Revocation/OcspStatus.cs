namespace Sallyport.Certificates.Revocation;

/// <summary>The status an OCSP responder gives (RFC 6960, section 2.2).</summary>
public enum OcspStatus
{
    /// <summary>The responder does not know the certificate. Never treated as good.</summary>
    Unknown,

    /// <summary>Not revoked.</summary>
    Good,

    /// <summary>Revoked, or on hold.</summary>
    Revoked,
}

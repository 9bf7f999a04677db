namespace Sallyport.Certificates.Revocation;

/// <summary>What was missing to know whether a certificate is revoked. Of several, the one that came furthest is told.</summary>
public enum RevocationGap
{
    /// <summary>No list and no answer about its issuer.</summary>
    NoSource,

    /// <summary>Lists of the issuer exist, but none is about this certificate (distribution point, kind of certificate, indirect).</summary>
    OutOfScope,

    /// <summary>A list or one of its entries has a critical extension that is not processed.</summary>
    UnknownCriticalExtension,

    /// <summary>Not yet valid, past nextUpdate, without nextUpdate, or older than the policy allows.</summary>
    NotCurrent,

    /// <summary>Not signed by any key that may speak for the list's issuer.</summary>
    BadSignature,

    /// <summary>Signed, but the signer's own path does not verify or lacks cRLSign.</summary>
    UntrustedSigner,

    /// <summary>Only some revocation reasons are covered.</summary>
    ReasonsIncomplete,

    /// <summary>An OCSP responder answered "unknown".</summary>
    AnsweredUnknown,
}

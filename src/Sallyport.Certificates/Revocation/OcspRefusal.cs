namespace Sallyport.Certificates.Revocation;

/// <summary>Why an OCSP response says nothing.</summary>
public enum OcspRefusal
{
    /// <summary>More octets than <see cref="OcspVerifier.MaxBytes"/>.</summary>
    TooLarge,

    /// <summary>Not the structure of RFC 6960, section 4.2.</summary>
    Malformed,

    /// <summary>The responder answered with an error: malformedRequest, internalError, tryLater, sigRequired, unauthorized.</summary>
    ResponderError,

    /// <summary>A critical extension that is not processed.</summary>
    UnknownCriticalExtension,

    /// <summary>A nonce was sent and did not come back.</summary>
    NonceMissing,

    /// <summary>Another nonce than the one sent.</summary>
    NonceMismatch,

    /// <summary>None of its answers is about the certificate.</summary>
    NotAboutCertificate,

    /// <summary>thisUpdate or producedAt lies ahead.</summary>
    NotYetValid,

    /// <summary>nextUpdate has passed.</summary>
    Expired,

    /// <summary>No certificate at hand is the responder that signed.</summary>
    UnknownResponder,

    /// <summary>Signed by a weak or unsupported algorithm.</summary>
    WeakSignature,

    /// <summary>The responder's key did not make the signature.</summary>
    BadSignature,

    /// <summary>The responder's certificate is not the issuer's, not delegated by it for OCSP signing, or out of date.</summary>
    ResponderNotAuthorized,

    /// <summary>The delegated responder may itself be revoked: no nocheck, no list about it.</summary>
    ResponderMayBeRevoked,
}

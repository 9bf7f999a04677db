namespace Sallyport.Certificates.Chain;

/// <summary>Why a path is refused. Names are stable: logs, metrics and tests use them.</summary>
public enum RefusalReason
{
    /// <summary>The leaf is not a certificate that can be read.</summary>
    Unreadable,

    /// <summary>More certificates were presented than <see cref="ChainPolicy.MaxCertificates"/>.</summary>
    TooManyCertificates,

    /// <summary>A certificate is larger than <see cref="ChainPolicy.MaxCertificateBytes"/>.</summary>
    CertificateTooLarge,

    /// <summary>The search gave up: more steps or signature checks than the policy allows.</summary>
    SearchExhausted,

    /// <summary>No chain of names leads to a trust anchor.</summary>
    UnknownIssuer,

    /// <summary>Names lead to a trust anchor, but a signature on the way is not its issuer's.</summary>
    BadSignature,

    /// <summary>A signature or key algorithm on the path is not supported.</summary>
    UnsupportedAlgorithm,

    /// <summary>The clock stands before notBefore.</summary>
    NotYetValid,

    /// <summary>The clock stands after notAfter.</summary>
    Expired,

    /// <summary>An issuer on the path is not a certification authority: no basicConstraints, or cA is false.</summary>
    IssuerIsNoAuthority,

    /// <summary>More intermediates than a pathLenConstraint or the policy allows.</summary>
    PathTooLong,

    /// <summary>An issuer's key usage lacks keyCertSign.</summary>
    IssuerMayNotSign,

    /// <summary>A critical extension that is not processed.</summary>
    UnknownCriticalExtension,

    /// <summary>A name lies outside of the permitted subtrees.</summary>
    NameNotPermitted,

    /// <summary>A name lies inside an excluded subtree.</summary>
    NameExcluded,

    /// <summary>A name constraint that cannot be decided: unknown form, distances, or a malformed name.</summary>
    NameConstraintUndecidable,

    /// <summary>A policy mapping from or to anyPolicy.</summary>
    PolicyMappedToAny,

    /// <summary>A policy is required and none is left.</summary>
    NoAcceptablePolicy,

    /// <summary>Revoked, by a CRL, an OCSP answer or the deny list.</summary>
    Revoked,

    /// <summary>Nothing current and authentic says whether it is revoked; <see cref="Refusal.Gap"/> says what is missing.</summary>
    RevocationUnknown,

    /// <summary>Profile: the leaf has no extended key usage for the required purpose.</summary>
    PurposeMissing,

    /// <summary>Profile: the leaf's key usage does not allow digital signatures.</summary>
    KeyUsageMissing,

    /// <summary>Profile: the leaf is a certification authority.</summary>
    LeafIsAuthority,

    /// <summary>Profile: a signature by MD5, SHA-1 or another weak digest.</summary>
    WeakSignature,

    /// <summary>Profile: a key below the minimum strength.</summary>
    WeakKey,

    /// <summary>Profile: not version 3.</summary>
    BadVersion,

    /// <summary>Profile: a serial number that is not positive or longer than 20 octets.</summary>
    BadSerialNumber,

    /// <summary>Profile: validity in the wrong time form.</summary>
    BadValidity,

    /// <summary>Profile: an empty name, a malformed alternative name, or a unique identifier.</summary>
    BadName,

    /// <summary>Profile: an extension is missing, has the wrong criticality or stands where it must not.</summary>
    BadExtension,

    /// <summary>Profile: key identifiers are missing or do not chain.</summary>
    BadKeyIdentifier,

    /// <summary>Profile: the trust anchor is out of date, no authority, or may not sign.</summary>
    BadAnchor,

    /// <summary>Profile: no alternative name of the leaf matches an allowed pattern.</summary>
    NameNotAllowed,
}

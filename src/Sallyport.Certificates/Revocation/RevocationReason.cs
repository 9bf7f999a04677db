namespace Sallyport.Certificates.Revocation;

/// <summary>Why a certificate is revoked (RFC 5280, section 5.3.1; the numbers are CRLReason's).</summary>
public enum RevocationReason
{
    /// <summary>unspecified (0), or no reason given.</summary>
    Unspecified = 0,

    /// <summary>keyCompromise (1).</summary>
    KeyCompromise = 1,

    /// <summary>cACompromise (2).</summary>
    AuthorityCompromise = 2,

    /// <summary>affiliationChanged (3).</summary>
    AffiliationChanged = 3,

    /// <summary>superseded (4).</summary>
    Superseded = 4,

    /// <summary>cessationOfOperation (5).</summary>
    CessationOfOperation = 5,

    /// <summary>certificateHold (6): suspended, and refused like revoked.</summary>
    CertificateHold = 6,

    /// <summary>removeFromCRL (8): in a delta list, no longer revoked.</summary>
    RemoveFromCrl = 8,

    /// <summary>privilegeWithdrawn (9).</summary>
    PrivilegeWithdrawn = 9,

    /// <summary>aACompromise (10).</summary>
    AttributeAuthorityCompromise = 10,
}

namespace Sallyport.Forge.Revocation;

/// <summary>Why a certificate was revoked.</summary>
/// <remarks>RFC 5280, section 5.3.1.</remarks>
public enum RevocationReason
{
    /// <summary>Not said.</summary>
    Unspecified = 0,

    /// <summary>The subject's key is known to others.</summary>
    KeyCompromise = 1,

    /// <summary>The authority's key is known to others.</summary>
    CaCompromise = 2,

    /// <summary>The subject's name or place changed.</summary>
    AffiliationChanged = 3,

    /// <summary>Replaced by another certificate.</summary>
    Superseded = 4,

    /// <summary>No longer needed.</summary>
    CessationOfOperation = 5,

    /// <summary>Suspended.</summary>
    CertificateHold = 6,

    /// <summary>Taken off the list; only in a delta list.</summary>
    RemoveFromCrl = 8,

    /// <summary>A right was withdrawn.</summary>
    PrivilegeWithdrawn = 9,

    /// <summary>The attribute authority's key is known to others.</summary>
    AaCompromise = 10,
}

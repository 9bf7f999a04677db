using System;

namespace Sallyport.Certificates;

/// <summary>The reason flags of distribution points (RFC 5280, section 4.2.1.13).</summary>
[Flags]
public enum RevocationReasons
{
    /// <summary>No reason.</summary>
    None = 0,

    /// <summary>unused (0).</summary>
    Unused = 1 << 0,

    /// <summary>keyCompromise (1).</summary>
    KeyCompromise = 1 << 1,

    /// <summary>cACompromise (2).</summary>
    AuthorityCompromise = 1 << 2,

    /// <summary>affiliationChanged (3).</summary>
    AffiliationChanged = 1 << 3,

    /// <summary>superseded (4).</summary>
    Superseded = 1 << 4,

    /// <summary>cessationOfOperation (5).</summary>
    CessationOfOperation = 1 << 5,

    /// <summary>certificateHold (6).</summary>
    CertificateHold = 1 << 6,

    /// <summary>privilegeWithdrawn (7).</summary>
    PrivilegeWithdrawn = 1 << 7,

    /// <summary>aACompromise (8).</summary>
    AttributeAuthorityCompromise = 1 << 8,

    /// <summary>Every reason a certificate can be revoked for: bits 1 to 8.</summary>
    All = 0x1fe,
}

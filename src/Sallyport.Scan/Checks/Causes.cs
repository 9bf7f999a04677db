namespace Sallyport.Scan.Checks;

/// <summary>Cause keys that several rules share (CONTRACTS.md, "One cause, one finding"). Findings fold with the same identity, or whoever shows it: see <see cref="WhoeverShowsIt"/>.</summary>
internal static class Causes
{
    /// <summary>A client without a certificate is served: MTLS-002, MTLS-003, MTLS-301, SPEC-001, AUTH-001; identity "none".</summary>
    public const string NoCertificateServed = "no certificate is served";

    /// <summary>A certificate that nobody vouches for is served: MTLS-101 to MTLS-103, and every other bad certificate once a self-signed one is served.</summary>
    public const string CertificateNotVerified = "the certificate is not verified";

    /// <summary>A certificate out of its dates is served: MTLS-104 and MTLS-105.</summary>
    public const string DatesNotChecked = "the certificate's dates are not checked";

    /// <summary>A certificate that is not for clients is served: MTLS-106 to MTLS-108.</summary>
    public const string UsageNotChecked = "the certificate's usage is not checked";

    /// <summary>A revoked certificate is served: MTLS-111 and MTLS-112.</summary>
    public const string RevocationNotChecked = "revocation is not checked";

    /// <summary>The possession of the certificate's key is not proved: MTLS-115, MTLS-116 and MTLS-118.</summary>
    public const string KeyNotProved = "the possession of the key is not proved";

    /// <summary>The identity is read from text of the subject that says something else: MTLS-122.</summary>
    public const string SubjectConfused = "the subject's text is taken for another's";

    /// <summary>The identity is read from an alternative name of another kind or length: MTLS-122.</summary>
    public const string AltNameConfused = "an alternative name is taken for another's";

    /// <summary>Names that differ in case or in a space at their end are taken for equal: MTLS-122.</summary>
    public const string NamesNormalised = "names are compared without case or spaces";

    /// <summary>A certificate of another account is served as the owner's: AUTHZ-001, MTLS-121.</summary>
    public const string OwnerNotChecked = "the owner is not checked";

    /// <summary>A token is not held to the certificate that it names: BIND-001, BIND-006.</summary>
    public const string BindingNotChecked = "the token's binding is not checked";

    /// <summary>A certificate alone is served where a token is demanded beside it: BIND-003, SPEC-003, AUTH-001, AUTHZ-008.</summary>
    public const string TokenNotDemanded = "BIND-003";

    /// <summary>Credentials that are none are served: AUTH-001; identity "garbage".</summary>
    public const string GarbageServed = "garbage credentials are served";

    /// <summary>An account without the role is served as one that has it: AUTHZ-006, AUTHZ-013.</summary>
    public const string RoleNotChecked = "the role is not checked";

    /// <summary>What one account owns is changed by another: AUTHZ-002, AUTHZ-007.</summary>
    public const string WriterNotChecked = "the owner is not checked when writing";

    /// <summary>Whether a cause is the same whichever bad certificate showed it, so that the identity does not keep findings apart.</summary>
    /// <param name="cause">The cause key.</param>
    /// <param name="rule">The rule of the finding: a cause that is the rule's own id, or begins with it and a space, is one whatever identity showed it.</param>
    public static bool WhoeverShowsIt(string cause, string rule) => cause == rule || cause.StartsWith(rule + " ", System.StringComparison.Ordinal) || cause
        is CertificateNotVerified or DatesNotChecked or UsageNotChecked or RevocationNotChecked or KeyNotProved or BindingNotChecked or TokenNotDemanded or RevokedTicketResumed
        or SubjectConfused or AltNameConfused or NamesNormalised;

    /// <summary>A connection of one name is served another name's content: MTLS-211, MTLS-216, MTLS-217.</summary>
    public const string HostNotBound = "the host is not bound to the name of the handshake";

    /// <summary>A change is made for another site's page that shows nothing but what the browser adds by itself: CSRF-001, CSRF-002 (missing).</summary>
    public const string CrossSiteWrite = "another site's page may write";

    /// <summary>Two identities that ask at the same time get each other's answers: MTLS-304, RACE-005.</summary>
    public const string IdentitiesMixed = "identities are mixed up";

    /// <summary>A session of a revoked certificate is resumed: MTLS-113, RACE-006.</summary>
    public const string RevokedTicketResumed = "a revoked certificate's session is resumed";
}

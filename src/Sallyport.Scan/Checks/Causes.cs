namespace Sallyport.Scan.Checks;

/// <summary>Cause keys that several rules share (CONTRACTS.md, "One cause, one finding"). Findings fold only with the same identity too.</summary>
internal static class Causes
{
    /// <summary>A client without a certificate is served: MTLS-002, MTLS-003, MTLS-301, SPEC-001, AUTH-001; identity "none".</summary>
    public const string NoCertificateServed = "no certificate is served";

    /// <summary>A certificate that nobody vouches for is served: MTLS-101 to MTLS-103.</summary>
    public const string CertificateNotVerified = "the certificate is not verified";

    /// <summary>A certificate of another account is served as the owner's: AUTHZ-001, MTLS-121.</summary>
    public const string OwnerNotChecked = "the owner is not checked";
}

using Sallyport.Forge.Matrix;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;

namespace Sallyport.Scan.Checks.Matrix;

/// <summary>MTLS-114: certificates that are right and too weak.</summary>
internal sealed class WeakCertificate : MatrixCheck
{
    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "MTLS-114",
        Title = "A weak client certificate is served",
        Category = Category.MutualTls,
        Severity = Severity.Medium,
        Variants =
        [
            new("rsa-1024", "RSA key of 1024 bits", Severity.Medium),
            new("sha1", "signature over SHA-1", Severity.Medium),
        ],
        Standards = new() { Cwe = [326, 328], OwaspApi = ["API2:2023"], PciDss = ["4.2.1"], Asvs = ["12.1.3"] },
        Needs = WithCaKey,
        Why = "An RSA key of 1024 bits is within reach of those who can pay for the computation; collisions of SHA-1 have been shown with chosen prefixes, which is how a certificate is forged. Neither may stand in a chain that decides who comes in. Where old devices keep such certificates, the server alone can end it.",
        Impact = "A key that is recovered, or a signature that is moved to another certificate, makes its finder a client.",
        How = "The given CA signs a copy of the valid identity's certificate with an RSA key of 1024 bits, and one over SHA-1; as control one that is right. The weak ones must be refused while the right one is served.",
        Sources = ["NIST SP 800-131A", "RFC 9325, section 4.5", "SHA-1 is a Shambles (USENIX Security 2020)"],
        Remedies = RefuseWeakCertificates.All,
    };

    /// <inheritdoc/>
    protected override string CauseOf(MatrixIdentity forged) => $"{Info.Id}/{forged.Variant}";
}

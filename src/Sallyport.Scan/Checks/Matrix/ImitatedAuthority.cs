using Sallyport.Forge.Matrix;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;

namespace Sallyport.Scan.Checks.Matrix;

/// <summary>MTLS-103: a CA that has everything of the right one but its key.</summary>
internal sealed class ImitatedAuthority : MatrixCheck
{
    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "MTLS-103",
        Title = "A CA that only has the right name is believed",
        Category = Category.MutualTls,
        Severity = Severity.Critical,
        Standards = new() { Cwe = [295, 296, 347], OwaspApi = ["API2:2023"], PciDss = ["4.2.1", "8.3.1"], Asvs = ["12.1.3"] },
        Needs = Usual,
        Why = "Name, key identifier and serial number help to find the issuer; they are text that anyone can copy. Only the signature, verified with the key of the trusted CA, binds a certificate to it. Code that compares the issuer's name, or trusts whatever a lookup by name or key identifier finds, checks nothing.",
        Impact = "The CA's name is public: an attacker copies it and issues certificates for every account.",
        How = "A CA is made with the name, key identifier and serial number of the valid identity's issuer and another key; it signs a copy of the valid certificate with the same serial number. Further ones carry the CA names that the server itself asks for. All must be refused.",
        Sources = ["RFC 5280, sections 4.2.1.1 and 6.1.3", "RFC 8446, section 4.2.4"],
        Remedies = VerifyCertificate.All,
    };

    /// <inheritdoc/>
    protected override string CauseOf(MatrixIdentity forged) => Causes.CertificateNotVerified;
}

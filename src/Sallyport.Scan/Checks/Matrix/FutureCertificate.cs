using Sallyport.Forge.Matrix;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;

namespace Sallyport.Scan.Checks.Matrix;

/// <summary>MTLS-105: a certificate that is not valid yet.</summary>
internal sealed class FutureCertificate : MatrixCheck
{
    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "MTLS-105",
        Title = "A client certificate that is not valid yet is served",
        Category = Category.MutualTls,
        Severity = Severity.High,
        Standards = new() { Cwe = [298, 295], OwaspApi = ["API2:2023"], PciDss = ["4.2.1"], Asvs = ["12.1.3"] },
        Needs = WithCaKey,
        Why = "Certificates are issued ahead for accounts that are to open later, for machines not yet delivered, for a key roll-over. Before its first moment a certificate must open nothing; a verifier that looks at the end of validity only, or at no date, opens early.",
        Impact = "Credentials work before whoever issued them meant them to, and a wrong clock at the CA goes unnoticed.",
        How = "The given CA signs a copy of the valid identity's certificate that becomes valid in 31 days, far outside any clock skew, and as control one that is right. The early one must be refused while the right one is served.",
        Sources = ["RFC 5280, sections 4.1.2.5 and 6.1.3"],
        Remedies = VerifyCertificate.All,
    };

    /// <inheritdoc/>
    protected override string CauseOf(MatrixIdentity forged) => Causes.DatesNotChecked;
}

using Sallyport.Forge.Matrix;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;

namespace Sallyport.Scan.Checks.Matrix;

/// <summary>MTLS-104: a certificate that has expired.</summary>
internal sealed class ExpiredCertificate : MatrixCheck
{
    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "MTLS-104",
        Title = "An expired client certificate is served",
        Category = Category.MutualTls,
        Severity = Severity.High,
        Standards = new() { Cwe = [298, 295], OwaspApi = ["API2:2023"], PciDss = ["4.2.1"], Asvs = ["12.1.3"] },
        Needs = WithCaKey,
        Why = "The end of its validity is the only limit that a certificate carries itself, and often the only one that is kept: CAs drop expired certificates from their revocation lists. A verifier that leaves the dates out, or keeps a chain verdict longer than the certificate lives, makes each certificate valid for ever.",
        Impact = "Keys of former staff, old backups and retired machines keep opening the API.",
        How = "The given CA signs a copy of the valid identity's certificate that expired 31 days ago, and as control one that is right. The expired one must be refused while the right one is served.",
        Sources = ["RFC 5280, sections 4.1.2.5 and 6.1.3"],
        Remedies = VerifyCertificate.All,
    };

    /// <inheritdoc/>
    protected override string CauseOf(MatrixIdentity forged) => Causes.DatesNotChecked;
}

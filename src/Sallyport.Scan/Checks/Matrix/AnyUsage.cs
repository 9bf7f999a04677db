using Sallyport.Forge.Matrix;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;

namespace Sallyport.Scan.Checks.Matrix;

/// <summary>MTLS-108: a certificate that is for everything.</summary>
internal sealed class AnyUsage : MatrixCheck
{
    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "MTLS-108",
        Title = "A certificate for any usage is served",
        Category = Category.MutualTls,
        Severity = Severity.Low,
        Standards = new() { Cwe = [295], OwaspApi = ["API2:2023"], PciDss = ["4.2.1"], Asvs = ["12.1.3"] },
        Needs = WithCaKey,
        Why = "anyExtendedKeyUsage says that the CA did not want to say. The standard lets an application refuse a certificate that does not name its own purpose, and profiles for client authentication forbid the value. Who takes it gives up the one field that keeps client certificates apart from all others of the CA.",
        Impact = "Certificates that were issued for something else open the API.",
        How = "The given CA signs a copy of the valid identity's certificate whose only usage is anyExtendedKeyUsage, and as control one with clientAuth. That the first is served is a low finding: a policy, not a bypass.",
        Sources = ["RFC 5280, section 4.2.1.12", "NIST SP 800-52r2, section 4.2"],
        Remedies = RequireUsage.All,
    };

    /// <inheritdoc/>
    protected override string CauseOf(MatrixIdentity forged) => Causes.UsageNotChecked;
}

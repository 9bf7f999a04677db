using Sallyport.Forge.Matrix;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;

namespace Sallyport.Scan.Checks.Matrix;

/// <summary>MTLS-107: a certificate that does not say what it is for.</summary>
internal sealed class UnstatedUsage : MatrixCheck
{
    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "MTLS-107",
        Title = "A certificate without extended key usage is served",
        Category = Category.MutualTls,
        Severity = Severity.Low,
        Standards = new() { Cwe = [295], OwaspApi = ["API2:2023"], PciDss = ["4.2.1"], Asvs = ["12.1.3"] },
        Needs = WithCaKey,
        Why = "A certificate without extended key usage may be used for anything, says the standard, and most TLS stacks go by it. A CA that forgets the extension once, for a signing key, a device or a test, has issued a client certificate without meaning to. Stricter profiles demand clientAuth by name.",
        Impact = "Certificates that were issued for something else open the API.",
        How = "The given CA signs a copy of the valid identity's certificate without the extension, and as control one with clientAuth. That the first is served while the second is too is a low finding: a policy, not a bypass.",
        Sources = ["RFC 5280, section 4.2.1.12", "NIST SP 800-52r2, section 4.2"],
        Remedies = RequireUsage.All,
    };

    /// <inheritdoc/>
    protected override string CauseOf(MatrixIdentity forged) => Causes.UsageNotChecked;
}

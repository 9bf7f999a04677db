using Sallyport.Forge.Matrix;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;

namespace Sallyport.Scan.Checks.Matrix;

/// <summary>MTLS-106: a certificate that was issued for servers only.</summary>
internal sealed class ServerUsage : MatrixCheck
{
    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "MTLS-106",
        Title = "A certificate for servers is served as a client's",
        Category = Category.MutualTls,
        Severity = Severity.High,
        Standards = new() { Cwe = [295], OwaspApi = ["API2:2023"], PciDss = ["4.2.1"], Asvs = ["12.1.3"] },
        Needs = WithCaKey,
        Why = "One CA often signs servers and clients; the extended key usage keeps them apart. A server certificate is protected like a web server's file, and its name is a host's, not a person's. Where the usage is not checked, every host of the organisation is a client of the API.",
        Impact = "Whoever takes over any server of the same CA calls the API as a client.",
        How = "The given CA signs a copy of the valid identity's certificate whose extended key usage is serverAuth alone, and as control one with clientAuth. The first must be refused while the second is served.",
        Sources = ["RFC 5280, section 4.2.1.12", "RFC 8446, section 4.4.2.4", "NIST SP 800-52r2, section 3.5"],
        Remedies = VerifyCertificate.All,
    };

    /// <inheritdoc/>
    protected override string CauseOf(MatrixIdentity forged) => Causes.UsageNotChecked;
}

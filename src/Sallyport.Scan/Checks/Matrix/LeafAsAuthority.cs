using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;

namespace Sallyport.Scan.Checks.Matrix;

/// <summary>MTLS-109: a certificate signed by somebody who is no CA.</summary>
internal sealed class LeafAsAuthority : MatrixCheck
{
    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "MTLS-109",
        Title = "A certificate signed by an ordinary client is served",
        Category = Category.MutualTls,
        Severity = Severity.Critical,
        Standards = new() { Cwe = [295], OwaspApi = ["API2:2023"], PciDss = ["4.2.1", "8.3.1"], Asvs = ["12.1.3"] },
        Needs = Usual,
        Why = "Only a certificate whose basic constraints say so, and whose key usage allows it, may sign others. A verifier that follows signatures to the root and leaves those two fields out makes a CA of every client. The flaw comes back in hand-written verifiers and in libraries with their checks switched off.",
        Impact = "Every holder of one valid certificate issues itself certificates for all other accounts, administrators too.",
        How = "The valid identity's key, which is no CA's, signs a certificate with its own name and one with more in its name; both are shown with the valid certificate behind them as issuer. Both must be refused. Without that key, the given CA signs a certificate that is no CA, which signs the copy.",
        Sources = ["RFC 5280, sections 4.2.1.9 and 6.1.4", "CVE-2002-0862"],
        Remedies = VerifyCertificate.All,
    };
}

using Sallyport.Forge.Matrix;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;

namespace Sallyport.Scan.Checks.Matrix;

/// <summary>MTLS-102: a certificate with A's names that a CA signed which nobody trusts.</summary>
internal sealed class UnknownAuthority : MatrixCheck
{
    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "MTLS-102",
        Title = "A client certificate of an unknown CA is served",
        Category = Category.MutualTls,
        Severity = Severity.Critical,
        Standards = new() { Cwe = [295, 296], OwaspApi = ["API2:2023"], PciDss = ["4.2.1", "8.3.1"], Asvs = ["12.1.3"] },
        Needs = Usual,
        Why = "A chain proves something only when it ends at an anchor that the server was given. A verifier that builds the chain out of what the client sends and forgets to ask where it ends, or falls back to a store that holds more than the client CA, takes anybody's CA for its own.",
        Impact = "An attacker makes a CA in a second and issues itself certificates for every account.",
        How = "A CA is made on the spot and signs a copy of the valid identity's certificate. The copy is shown alone and with the CA's certificate behind it; all else stays. Both must be refused.",
        Sources = ["RFC 5280, section 6.1.1", "RFC 8446, section 4.4.2.4", "CVE-2026-27586"],
        Remedies = VerifyCertificate.All,
    };

    /// <inheritdoc/>
    protected override string CauseOf(MatrixIdentity forged) => Causes.CertificateNotVerified;
}

using Sallyport.Forge.Matrix;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;

namespace Sallyport.Scan.Checks.Matrix;

/// <summary>MTLS-101: a certificate that is signed by its own key.</summary>
internal sealed class SelfSignedCertificate : MatrixCheck
{
    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "MTLS-101",
        Title = "A self-signed client certificate is served",
        Category = Category.MutualTls,
        Severity = Severity.Critical,
        Standards = new() { Cwe = [295], OwaspApi = ["API2:2023"], PciDss = ["4.2.1", "8.3.1"], Asvs = ["12.1.3"] },
        Needs = Usual,
        Why = "Anyone can write a certificate with any name in it and sign it with its own key. Only the chain to a CA that the server trusts makes a name believable. A server that asks for a certificate and goes on whatever comes (optional_no_ca, rejectUnauthorized: false, a callback that answers true) leaves that check to code that must not forget it.",
        Impact = "Whoever knows the name of an account is that account: no key, no CA and no secret is needed.",
        How = "A copy of the valid identity's certificate, with the same names and extensions, is signed by a key of its own and shown in its place; all else, tokens too, stays (a token that is bound to a certificate is bound to this one where the issuer's key was given). It must be refused. Served the same answer twice, while the valid identity is served before and after, it is a finding. Once this copy is served, every other bad certificate that is served has the same cause and is named here.",
        Sources = ["RFC 5280, section 6.1", "RFC 8446, section 4.4.2.4"],
        Remedies = VerifyCertificate.All,
    };

    /// <inheritdoc/>
    protected override string CauseOf(MatrixIdentity forged) => Causes.CertificateNotVerified;
}

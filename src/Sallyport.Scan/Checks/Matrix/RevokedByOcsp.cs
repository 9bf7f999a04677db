using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;

namespace Sallyport.Scan.Checks.Matrix;

/// <summary>MTLS-112: a revoked certificate whose state an OCSP responder tells.</summary>
internal sealed class RevokedByOcsp : Check
{
    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "MTLS-112",
        Title = "A client certificate that OCSP calls revoked is served",
        Category = Category.MutualTls,
        Severity = Severity.High,
        Standards = new() { Cwe = [299], OwaspApi = ["API2:2023"], PciDss = ["4.2.1"], Asvs = ["12.1.3", "12.1.4"] },
        Needs = [Need.Tls, Need.Identity, Need.CertificateRequested, Need.CertificateMatters, Need.RevokedIdentity],
        Why = "A CA that names an OCSP responder in its certificates may publish no list at all, or a rare one. A server that never asks, or goes on when the responder cannot be reached, does not know of the revocation. An attacker who can block the responder then decides the answer.",
        Impact = "A stolen key, or that of somebody who has left, works on until the certificate expires.",
        How = "As MTLS-111, with an identity declared revoked whose certificate names an OCSP responder. From outside it cannot be told which way a server learns of revocations: what counts is that the certificate is refused. Where the certificates name no responder, the rule does not apply.",
        Sources = ["RFC 6960", "RFC 5280, section 4.2.2.1", "CVE-2026-28755"],
        Remedies = CheckRevocation.All,
    };

    /// <inheritdoc/>
    public override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        if (!Revoked.NamesResponder(context.RevokedIdentity))
        {
            return Revoked.NamesResponder(context.A)
                ? CheckResult.NotTested("the revoked certificate names no OCSP responder, though the valid one does", "a revoked certificate of the same CA that names its OCSP responder: identities.NAME with state: revoked")
                : CheckResult.NotApplicable("the certificates of this CA name no OCSP responder");
        }

        Outcome outcome = await context.RevokedAsync(cancellationToken).ConfigureAwait(false);
        return RevokedResult.Of(context, Info.Id, outcome);
    }
}

using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;

namespace Sallyport.Scan.Checks.Matrix;

/// <summary>MTLS-111: a certificate that its CA has revoked.</summary>
internal sealed class RevokedCertificate : Check
{
    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "MTLS-111",
        Title = "A revoked client certificate is served",
        Category = Category.MutualTls,
        Severity = Severity.High,
        Standards = new() { Cwe = [299], OwaspApi = ["API2:2023"], PciDss = ["4.2.1"], Asvs = ["12.1.3", "12.1.4"] },
        Needs = [Need.Tls, Need.Identity, Need.CertificateRequested, Need.CertificateMatters, Need.RevokedIdentity],
        Why = "Revocation is the only way to take a certificate back before it expires. Hardly any server checks it unless told: most TLS stacks have it switched off, and lists go stale without a word. Whoever reports a stolen key believes that the door is shut.",
        Impact = "A stolen key, or that of somebody who has left, works on until the certificate expires.",
        How = "The identity that you declare revoked asks the protected operation for itself, with all its credentials. It must be refused while the valid identity is served. Served the same answer twice, it is a finding. If the certificate was revoked only just now, the list may not have reached the server yet: run the rule again after it has.",
        Sources = ["RFC 5280, sections 5 and 6.3", "NIST SP 800-52r2, section 3.5", "RFC 9325, section 7.5"],
        Remedies = CheckRevocation.All,
    };

    /// <inheritdoc/>
    public override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        Outcome outcome = await context.RevokedAsync(cancellationToken).ConfigureAwait(false);
        return RevokedResult.Of(context, Info.Id, outcome);
    }
}

using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Transport;

namespace Sallyport.Scan.Checks.Proxy;

/// <summary>PROXY-002: the same with RFC 9440's Client-Cert.</summary>
internal sealed class NobodyWithClientCert : HeaderCheck
{
    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "PROXY-002",
        Title = "Client-Cert is believed from a client without a certificate",
        Category = Category.ProxyTrust,
        Severity = Severity.Critical,
        Standards = new() { Cwe = [290], OwaspApi = ["API2:2023"], PciDss = ["8.3.1"], Asvs = ["4.1.3"] },
        Needs = [Need.Tls, Need.Identity],
        Why = "RFC 9440 gives the certificate that a proxy saw a header of its own, and asks the proxy to delete what a client sends under that name. A proxy that predates it does not know the name.",
        Impact = "Whoever has somebody's public certificate is that somebody.",
        How = "The protected operation is asked without a certificate, once plainly (which must be refused by HTTP) and then with Client-Cert and Client-Cert-Chain of the valid identity, in every spelling "
            + "that a proxy may fail to delete. That identity's answer, twice, is a finding.",
        Sources = ["RFC 9440, sections 2.2, 2.3 and 4"],
        Remedies = TrustNoHeader.Identity,
    };

    /// <inheritdoc/>
    public override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        if (context.Survey.Control is not { } control)
        {
            return CheckResult.NotTested("there is no control request");
        }

        IdentityHeaders.Family family = IdentityHeaders.Rfc9440(context.A);
        return new()
        {
            Probes = await TryAsync(
                context, Actor.Of(context.A).WithoutCertificate(), context.A, control, IdentityHeaders.Spellings(family).Prepend(family), cancellationToken).ConfigureAwait(false),
        };
    }
}

using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Transport;

namespace Sallyport.Scan.Checks.Proxy;

/// <summary>PROXY-001: whether identity headers that proxies use are believed from a client without a certificate.</summary>
internal sealed class NobodyWithHeaders : HeaderCheck
{
    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "PROXY-001",
        Title = "An identity in a header is believed from a client without a certificate",
        Category = Category.ProxyTrust,
        Severity = Severity.Critical,
        Standards = new() { Cwe = [290, 348, 807], OwaspApi = ["API2:2023"], PciDss = ["6.2.4", "8.3.1"], Asvs = ["4.1.3"] },
        Needs = [Need.Tls, Need.Identity],
        Why = "Behind a proxy that ends TLS, the application learns who is there from a header. When the proxy does not delete what the client sent, or the application can be reached past it, "
            + "whoever writes the header is whoever it names. A certificate is public: knowing it proves nothing.",
        Impact = "Everybody is everybody: any account, the administrator's too, without any key.",
        How = "The protected operation is asked without a certificate, once plainly (which must be refused by HTTP) and then with the headers of nginx, Apache, Envoy, Traefik, IIS, AWS and others, "
            + "filled in with the valid identity's public certificate. That identity's answer, twice, is a finding. Where the handshake refuses clients without a certificate, PROXY-003 decides.",
        Sources = ["RFC 9440, section 4", "CWE-290", "CWE-807"],
        Remedies = TrustNoHeader.Identity,
    };

    /// <inheritdoc/>
    public override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken) =>
        context.Survey.Control is not { } control
            ? CheckResult.NotTested("there is no control request")
            : new() { Probes = await TryAsync(context, Actor.Of(context.A).WithoutCertificate(), context.A, control, IdentityHeaders.Naming(context.A), cancellationToken).ConfigureAwait(false) };
}

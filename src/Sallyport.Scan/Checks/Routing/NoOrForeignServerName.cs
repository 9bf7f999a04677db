using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Transport;

namespace Sallyport.Scan.Checks.Routing;

/// <summary>MTLS-212: whether a hello without a known server name is let in and served by Host.</summary>
internal sealed class NoOrForeignServerName : Check
{
    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "MTLS-212",
        Title = "The default for unknown server names leads to protected content",
        Category = Category.MutualTls,
        Severity = Severity.High,
        Standards = new() { Cwe = [288], OwaspApi = ["API2:2023", "API8:2023"], PciDss = ["8.3.1"], Asvs = ["12.3.5"] },
        Needs = [Need.Tls, Need.Identity, Need.CertificateRequested],
        Why = "A hello without a server name, or with one that the server does not know, gets the default policy. When that asks for no client certificate or trusts others than the protected name does, and requests are routed by Host alone, the protected name's policy is never applied.",
        Impact = "Whoever leaves the server name out reaches the protected operation without its certificate.",
        How = "The protected operation is asked for by Host over hellos without a server name, with an unknown one, and with the address as name, as a client without a certificate and as one that the name refuses. It is a finding only when the right identity's answer comes, twice, where the usual hello is refused.",
        Sources = ["RFC 6066, section 3", "RFC 6066, section 11.1"],
        Remedies = BindNameToHost.All,
    };

    /// <inheritdoc/>
    public override Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken) => HelloPassage.RunAsync(
        context, (site, actor, _) => Shapes(context, site, actor), "A client gets by no server name what it does not get by the right one.", notAskedIsThrough: false, cancellationToken);

    private static IEnumerable<(string, Func<Ask, Ask>)> Shapes(CheckContext context, NamedSite site, Actor actor)
    {
        if (!site.Route.ServerNames.IsEmpty)
        {
            yield return ("without a server name", ask => ask with { Route = ask.Route.WithServerName(null) });
        }

        yield return ("with an unknown server name", ask => ask with { Route = ask.Route.WithServerName("sallyport-unknown.invalid") });
        if (actor.Credential is null)
        {
            yield return ("with the address as server name", ask => ask with { Route = ask.Route.WithServerName(context.Survey.Address.Address.ToString()) });
        }
    }
}

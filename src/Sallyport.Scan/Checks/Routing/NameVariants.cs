using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Transport;

namespace Sallyport.Scan.Checks.Routing;

/// <summary>MTLS-213: whether another spelling of the name escapes its client policy.</summary>
internal sealed class NameVariants : Check
{
    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "MTLS-213",
        Title = "Another spelling of the name escapes its client policy",
        Category = Category.MutualTls,
        Severity = Severity.High,
        Standards = new() { Cwe = [178, 288], OwaspApi = ["API8:2023"], Asvs = ["12.3.5"] },
        Needs = [Need.Tls, Need.Identity, Need.CertificateRequested],
        Why = "Host names are equal without case, and a trailing dot names the same host. A server that looks up the client policy by the exact bytes of the server name, but routes requests by a normalised Host, finds no policy for another spelling and falls back to its default; a wildcard entry beside an exact one can do the same for a neighbouring label, and a reader that decodes Punycode where there is nothing to decode takes two names for one.",
        Impact = "Whoever writes the name differently reaches the protected operation without its certificate.",
        How = "The protected operation is asked for with the name in capitals, with a trailing dot, with its first label as Punycode of itself and with another first label, in the hello and, where requests are refused by HTTP, in Host, as a client without a certificate and as one that the name refuses. It is a finding only when the right identity's answer comes, twice, where the usual spelling is refused.",
        Sources = ["RFC 4343, section 3", "RFC 6066, section 3", "CVE-2026-53622", "CVE-2026-27588", "CVE-2024-12224"],
        Remedies = BindNameToHost.All,
    };

    /// <inheritdoc/>
    public override Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken) => HelloPassage.RunAsync(
        context, (site, actor, _) => Shapes(site, actor), "Every spelling of the name is held to the same client policy.", notAskedIsThrough: false, cancellationToken);

    private static IEnumerable<(string, Func<Ask, Ask>)> Shapes(NamedSite site, Actor actor)
    {
        if (site.Route.ServerNames.IsEmpty)
        {
            yield break;
        }

        string upper = site.Name.ToUpperInvariant();
        int label = site.Name.IndexOf('.', StringComparison.Ordinal);
        yield return ("with the server name in capitals", ask => ask with { Route = ask.Route.WithServerName(upper) });
        yield return ("with a dot after the server name", ask => ask with { Route = ask.Route.WithServerName(site.Name + ".") });
        if (actor.Credential is null && Punycode(site.Name) is { } punycode)
        {
            yield return ("with the first label as Punycode of itself", ask => ask with { Route = ask.Route.WithServerName(punycode) });
        }

        if (label > 0 && actor.Credential is null)
        {
            yield return ("with another first label in the server name", ask => ask with { Route = ask.Route.WithServerName("sallyport" + site.Name[label..]) });
        }

        // Where the handshake itself refuses, no Host is ever read.
        if (actor.Credential is null && site.Of(actor).Refusal is { Where: EnforcementPoint.Http })
        {
            yield return ("with Host in capitals", ask => ask with { Route = ask.Route.WithHost(ask.Route.Host.ToUpperInvariant()) });
            yield return ("with a dot after the name in Host", ask => ask with { Route = ask.Route.WithHost(Dotted(ask.Route.Host)) });
        }
    }

    /// <summary>
    /// The name with its first label as an A-label that no registrar gives: it decodes to the plain label, and a lax reader takes the two for one
    /// (RFC 5891, section 4.2.3.1, has them refused). <c>null</c> for a label that is an A-label already, or too long to become one.
    /// </summary>
    private static string? Punycode(string name)
    {
        int end = name.IndexOf('.', StringComparison.Ordinal);
        string label = end < 0 ? name : name[..end];
        return label.Length is 0 or > 63 - 5 || label.StartsWith("xn--", StringComparison.OrdinalIgnoreCase) ? null : $"xn--{label}-{name[label.Length..]}";
    }

    private static string Dotted(string host)
    {
        int port = host.LastIndexOf(':');
        return port < 0 ? host + "." : host[..port] + "." + host[port..];
    }
}

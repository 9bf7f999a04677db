using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Transport;
using Sallyport.Tls;

namespace Sallyport.Scan.Checks.Enforcement;

/// <summary>MTLS-005: whether the certificate is asked for only after the request is known.</summary>
internal sealed class LateRequest : Check
{
    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "MTLS-005",
        Title = "The client certificate is asked for after the handshake",
        Category = Category.MutualTls,
        Severity = Severity.Low,
        Standards = new() { Cwe = [693], OwaspApi = ["API8:2023"] },
        Needs = [Need.Tls, Need.Identity],
        Why = "A server that decides by path whether to ask has to ask within a running connection: by renegotiation in TLS 1.2, by post-handshake authentication in TLS 1.3. "
            + "Most clients do not offer the latter, HTTP/2 forbids both, and the request line of a stranger has been read by then.",
        Impact = "Clients that are right are refused, and every path that the list forgets is open. Over HTTP/2 the demand cannot be made at all.",
        How = "The protected operation is asked in TLS 1.2 and 1.3 by a client that can answer late; the connection tells whether the question came after the request. "
            + "Then once more in TLS 1.3 without offering post-handshake authentication, to say what usual clients get.",
        Sources = ["RFC 8446, section 4.6.2", "RFC 5746", "RFC 9113, section 9.2.1", "RFC 9113, section 9.2.3"],
        Remedies = RequireCertificate.All,
    };

    /// <inheritdoc/>
    public override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        List<Exchange> late = [];
        List<string> unseen = [];
        foreach (TlsVersion version in context.Survey.Handshakes.Where(h => h.State != RequestState.NotOffered).Select(h => h.Version))
        {
            Ask ask = context.H(Actor.Of(context.A), $"{context.A.Name}, {Name(version)}") with { Version = version, Reusable = true };
            Exchange exchange = await context.Transport.ExchangeAsync(ask, cancellationToken).ConfigureAwait(false);
            if (exchange.Session is { } session && (!session.LaterCertificateRequests.IsEmpty || session.RenegotiationRequested))
            {
                late.Add(exchange);
                _ = context.Keep(Failed(context, [.. late], usual: null).Probes[0]);
            }
            else if (exchange.Answer is null)
            {
                unseen.Add($"{Name(version)}: {exchange.Summary}");
            }
        }

        if (late.Count == 0)
        {
            return unseen.Count > 0
                ? CheckResult.NotTested($"whether the question comes late could not be seen ({string.Join("; ", unseen)})")
                : context.Survey.CertificateRequested ? CheckResult.Passed() : CheckResult.NotApplicable("no client certificate is asked for, neither in the handshake nor later");
        }

        Exchange? usual = late.Any(e => e.Session?.Version == TlsVersion.Tls13) ? await WithoutOfferAsync(context, cancellationToken).ConfigureAwait(false) : null;
        return Failed(context, [.. late], usual);
    }

    private static Task<Exchange> WithoutOfferAsync(CheckContext context, CancellationToken cancellationToken)
    {
        Ask ask = context.H(Actor.Of(context.A), $"{context.A.Name}, TLS 1.3, without offering post-handshake authentication") with
        {
            Version = TlsVersion.Tls13,
            Script = script => script with { Hello = script.Hello with { OfferPostHandshakeAuth = false } },
        };
        return context.Transport.ExchangeAsync(ask, cancellationToken);
    }

    private static string Name(TlsVersion version) => version == TlsVersion.Tls13 ? "TLS 1.3" : "TLS 1.2";

    private static string Mechanism(Exchange late) => late.Session?.Version == TlsVersion.Tls13 ? "post-handshake authentication (TLS 1.3)" : "renegotiation (TLS 1.2)";

    private CheckResult Failed(CheckContext context, ImmutableArray<Exchange> late, Exchange? usual)
    {
        string mechanisms = string.Join(" and ", late.Select(Mechanism));
        string rest = usual is null ? "" : $" A TLS 1.3 client that does not offer it gets: {usual.Summary}.";
        Flaw flaw = new()
        {
            Expected = "The certificate is asked for in the handshake, for every path.",
            Observed = $"It is asked for after the request, by {mechanisms}.{rest}{(context.Survey.Http2 ? " HTTP/2 is offered, where neither is possible." : "")}",
            Confidence = Confidence.Firm,
            Evidence = [.. late.Select(e => e.ToEvidence()), .. usual is null ? [] : (Evidence[])[usual.ToEvidence()]],
        };
        ProbeResult probe = new(new Outcome.Failed(flaw)) { Operation = context.Survey.ProtectedOperation?.Name };
        return new CheckResult { Probes = [probe] }.With(new Fact(Info.Id, "How the certificate is asked for", mechanisms));
    }
}

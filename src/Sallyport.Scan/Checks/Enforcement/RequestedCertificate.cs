using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Target;
using Sallyport.Scan.Transport;
using Sallyport.Tls;
using Sallyport.Tls.Client;

namespace Sallyport.Scan.Checks.Enforcement;

/// <summary>MTLS-001: where a client certificate is asked for. Facts only.</summary>
internal sealed class RequestedCertificate : Check
{
    private const int MaxNames = 8;

    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "MTLS-001",
        Title = "Where a client certificate is asked for",
        Category = Category.MutualTls,
        Severity = null,
        Standards = new() { Cwe = [306], OwaspApi = ["API2:2023"], PciDss = ["4.2.1"], Asvs = ["12.3.5"] },
        Needs = [Need.Tls],
        Why = "A server asks for a client certificate with a CertificateRequest message, in each handshake for itself. It may do so for one TLS version, one name or one path and not for the next. In TLS 1.3 the question is encrypted, so that scanners without keys cannot see it.",
        Impact = "Asking is not requiring, and what is not asked for cannot be checked. The facts say where the other rules have to look.",
        How = "A full handshake without a certificate in TLS 1.3 and in TLS 1.2, with the target's name and with every other known name of the same address; then the request of the protected operation, after which a server may still ask.",
        Sources = ["RFC 8446, section 4.3.2", "RFC 5246, section 7.4.4", "RFC 8446, section 4.6.2"],
        Remedies = RequireCertificate.All,
    };

    /// <inheritdoc/>
    public override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        List<Fact> facts = [.. context.Survey.Handshakes.Select(h => Of(h))];
        if (context.Survey.RequestedLater)
        {
            facts.Add(new(Info.Id, "Client certificate requested after the handshake", "yes, once a request has named its path"));
        }

        foreach (string name in context.Survey.OtherNames.Take(MaxNames))
        {
            // With an identity it is what the survey of names asks as well: once is enough.
            Ask ask = new()
            {
                Title = $"no certificate, as {name}",
                Route = context.Route.Named(name),
                Actor = context.Survey.A is { } a ? Actor.Of(a).WithoutCertificate() : Actor.Nobody,
                Request = context.Survey.A is null ? null : context.ProtectedRequest,
                Reusable = true,
            };
            facts.Add(new(Info.Id, $"Client certificate requested ({name})", State(await context.Transport.ExchangeAsync(ask, cancellationToken).ConfigureAwait(false))));
        }

        ImmutableArray<RequestState> states = [.. context.Survey.Handshakes.Select(h => h.State)];
        CheckResult result = states.Any(s => s == RequestState.Undecided)
            ? CheckResult.NotTested("a handshake of one TLS version neither finished nor was refused, so its question could not be seen")
            : CheckResult.Passed();
        return result.With([.. facts]);
    }

    private static string State(Exchange exchange) => exchange switch
    {
        { Session.CertificateRequest: not null } => "yes",
        { Session: not null } => "no",
        _ when exchange.Transcript?.Entries.Any(e => e is { Direction: TranscriptDirection.Received, Message: "CertificateRequest" }) == true => "yes",
        _ => $"undecided: {exchange.Summary}",
    };

    private Fact Of(SurveyedHandshake handshake)
    {
        string version = handshake.Version == TlsVersion.Tls13 ? "TLS 1.3" : "TLS 1.2";
        string value = handshake.State switch
        {
            RequestState.NotOffered => "the version is not offered",
            RequestState.NotRequested => "no",
            RequestState.Requested => handshake.Request is { AuthorityNames: { IsEmpty: false } names } ? $"yes, naming {names.Length} accepted authorities" : "yes, naming no authority",
            _ => $"undecided: {handshake.Nobody.Summary}",
        };
        return new(Info.Id, $"Client certificate requested ({version})", value);
    }
}

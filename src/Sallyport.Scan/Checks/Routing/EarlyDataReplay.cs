using System;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Transport;
using Sallyport.Tls;
using Sallyport.Tls.Client;
using Sallyport.Tls.Http;

namespace Sallyport.Scan.Checks.Routing;

/// <summary>MTLS-206: whether a request in early data is executed, and executed again when it is replayed.</summary>
internal sealed class EarlyDataReplay : Check
{
    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "MTLS-206",
        Title = "Requests in early data are executed",
        Category = Category.MutualTls,
        Severity = Severity.Medium,
        Standards = new() { Cwe = [294], OwaspApi = ["API2:2023", "API8:2023"] },
        Needs = [Need.Tls, Need.Identity, Need.Tls13],
        Why = "Early data (0-RTT) arrives with the first bytes of a resumed connection, before the client has proved that it is there. Whoever records these bytes can send them again. With client certificates the server executes the request in the name of the certificate of the earlier session.",
        Impact = "A recorded request of a client is repeated in its name, without its certificate or key.",
        How = "When a ticket permits early data, the protected GET is sent as early data, a request for a path that does not exist follows in the connection: the first answer shows whether the early one was executed. The same early bytes with the same ticket on a second connection show whether they can be replayed. 425 (Too Early) or a declined offer is right.",
        Sources = ["RFC 8446, section 8", "RFC 8446, section 2.3", "RFC 8470"],
        Remedies = LimitResumption.All,
    };

    /// <inheritdoc/>
    public override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        Ask ask = context.H(Actor.Of(context.A)) with { Version = TlsVersion.Tls13, Reusable = true };
        Exchange source = await context.Transport.ExchangeAsync(ask, cancellationToken).ConfigureAwait(false);
        if (source.Session is null)
        {
            return CheckResult.NotTested($"no TLS 1.3 session was made: {source.Summary}");
        }

        SessionTicket? ticket = source.Session.Tickets.FirstOrDefault(t => t is { Kind: SessionTicketKind.Tls13, MaxEarlyData: > 0 });
        if (ticket is null)
        {
            return source.Answer is null
                ? CheckResult.NotTested($"no ticket came, and no answer that one could have come with: {source.Summary}")
                : CheckResult.NotApplicable("no ticket of the server permits early data");
        }

        if (context.ProtectedRequest.Method is not "GET" || ApplicationCredentials.Has(context.A))
        {
            return CheckResult.NotTested(
                "early data is tried only with a GET that needs nothing but the certificate: tokens are not sent where they could be replayed",
                "an identity with a certificate alone: --identity NAME=cert.pem,key.pem (identities)");
        }

        byte[] early = Request(context);
        if (early.Length > ticket.MaxEarlyData)
        {
            return CheckResult.NotTested($"the server takes {ticket.MaxEarlyData} bytes of early data, too few for the request");
        }

        Exchange first = await SendAsync(context, ask, ticket, early, cancellationToken).ConfigureAwait(false);
        if (Executed(context, first) is not true)
        {
            return Executed(context, first) is false ? Of(context, new Outcome.Passed()) : CheckResult.NotTested($"early data: {first.Summary}");
        }

        Exchange again = await SendAsync(context, ask, ticket, early, cancellationToken).ConfigureAwait(false);
        bool replayed = Executed(context, again) is true;
        if (!await context.Oracle.ControlStillHoldsAsync(cancellationToken).ConfigureAwait(false))
        {
            return CheckResult.NotTested("the early request was answered, but the control request no longer succeeded after it");
        }

        return Of(context, new Outcome.Failed(new()
        {
            Expected = "Early data is not taken, or a request in it is answered 425 (Too Early).",
            Observed = replayed
                ? $"The protected request was executed from early data, and again when the same bytes were replayed ({again.Summary})."
                : $"The protected request was executed from early data ({first.Summary}); the same bytes again were not ({again.Summary}).",
            Confidence = Confidence.Firm,
            Severity = replayed ? Severity.High : Severity.Medium,
            Evidence = replayed ? [first.ToEvidence("early request"), again.ToEvidence("the same again")] : [first.ToEvidence("early request")],
        }));
    }

    // What follows the early request must not be mistaken for it: only the protected answer is one to the early request.
    private static bool? Executed(CheckContext context, Exchange exchange) => exchange switch
    {
        { Session: null } => null,
        { Session.EarlyDataAccepted: false } => false,
        { Answer.Status: 425 } => false,
        _ when VerdictRules.Refused(exchange) is not null => false,
        _ => context.Oracle.Classify(exchange) is Verdict.Accepted ? true : null,
    };

    private static byte[] Request(CheckContext context) => Encoding.Latin1.GetBytes(
        $"GET {context.ProtectedRequest.Target} HTTP/1.1\r\nHost: {context.Route.Host}\r\nUser-Agent: sallyport\r\nAccept: */*\r\nAccept-Encoding: identity\r\n\r\n");

    private static CheckResult Of(CheckContext context, Outcome outcome) =>
        new() { Probes = [new(outcome) { Operation = context.Survey.ProtectedOperation?.Name, Identity = context.A.Name }] };

    private static async Task<Exchange> SendAsync(CheckContext context, Ask ask, SessionTicket ticket, byte[] early, CancellationToken cancellationToken)
    {
        Ask open = ask with { Title = "the protected request as early data", Reusable = false, Script = script => script with { Resume = ticket, EarlyData = early } };
        LiveConnection live = await context.Transport.ConnectAsync(open, cancellationToken).ConfigureAwait(false);
        await using (live.ConfigureAwait(false))
        {
            return await live.SendAsync(
                open with { Request = new RawHttpRequest { Target = $"/sallyport-{Guid.NewGuid():N}" } }, cancellationToken).ConfigureAwait(false);
        }
    }
}

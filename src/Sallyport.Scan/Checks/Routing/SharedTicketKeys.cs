using System.Collections.Generic;
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

namespace Sallyport.Scan.Checks.Routing;

/// <summary>MTLS-204: whether another place of the same API resumes the target's sessions, and so shares its ticket keys.</summary>
internal sealed class SharedTicketKeys : Check
{
    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "MTLS-204",
        Title = "Sessions of the target are resumed at another place",
        Category = Category.MutualTls,
        Severity = null,
        Standards = new() { Cwe = [384] },
        Needs = [Need.Tls, Need.Identity, Need.Origins],
        Why = "Machines that share ticket keys resume each other's sessions. That is wanted in a fleet of equal machines; where their client policies differ, or one of them is less well kept, a ticket or a stolen key of one is good at all.",
        Impact = "The facts say which places stand or fall together.",
        How = "A session made at the target with the valid identity is resumed at each of the given origins, by TLS 1.3 and TLS 1.2 ticket; a request follows.",
        Sources = ["RFC 8446, section 4.6.1", "RFC 5077, section 5", "We Really Need to Talk About Session Tickets (USENIX Security 2023)"],
        Remedies = LimitResumption.All,
    };

    /// <inheritdoc/>
    public override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        List<Fact> facts = [];
        List<ProbeResult> probes = [];
        foreach (TargetUrl origin in context.Request.Origins.Where(o => o.Tls))
        {
            string? doubt = null;
            bool tried = false;
            foreach (SessionTicketKind kind in TicketPassage.Kinds(context).Where(k => k != SessionTicketKind.SessionId))
            {
                TlsVersion version = kind == SessionTicketKind.Tls13 ? TlsVersion.Tls13 : TlsVersion.Tls12;
                Ask source = context.H(Actor.Of(context.A)) with { Version = version, Reusable = true };
                Exchange made = await context.Transport.ExchangeAsync(source, cancellationToken).ConfigureAwait(false);
                SessionTicket? ticket = TicketPassage.Tickets(made, kind).FirstOrDefault();
                if (ticket is null)
                {
                    doubt ??= made.Answer is null ? $"no session was made at the target: {made.Summary}" : null;
                    continue;
                }

                tried = true;
                Ask ask = source with { Title = $"a session of the target at {origin}", Route = Route.To(origin), Reusable = false, Script = script => script with { Resume = ticket } };
                Exchange exchange = await context.Transport.ExchangeAsync(ask, cancellationToken).ConfigureAwait(false);
                string? value = Value(context, exchange);
                doubt ??= value is null ? exchange.Summary : null;
                facts.Add(new(Info.Id, $"Session of the target resumed at {origin} ({(kind == SessionTicketKind.Tls13 ? "TLS 1.3" : "TLS 1.2")})", value ?? $"undecided: {exchange.Summary}"));
            }

            Outcome outcome = doubt is not null
                ? new Outcome.NotTested($"{origin}: {doubt}")
                : tried ? new Outcome.Passed() : new Outcome.NotApplicable("the target gives no session ticket");
            probes.Add(new(outcome) { Identity = context.A.Name });
        }

        return probes.Count == 0
            ? CheckResult.NotApplicable("none of the origins speaks TLS")
            : new CheckResult { Probes = [.. probes] }.With([.. facts]);
    }

    private static string? Value(CheckContext context, Exchange exchange) => exchange switch
    {
        { Session.Resumed: false } => "no",
        { Session.Resumed: true } when context.Oracle.Classify(exchange) is Verdict.Accepted => "yes, and served: both share ticket keys",
        { Session.Resumed: true } => $"yes, then {exchange.Summary}: both share ticket keys",
        { Opening: Opening.Alerted } => $"no: {exchange.Summary}",
        _ => null,
    };
}

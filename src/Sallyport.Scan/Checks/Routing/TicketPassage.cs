using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Transport;
using Sallyport.Tls;
using Sallyport.Tls.Client;

namespace Sallyport.Scan.Checks.Routing;

/// <summary>Takes a session of one name to another: TLS 1.3 ticket, TLS 1.2 ticket, TLS 1.2 session id.</summary>
internal static class TicketPassage
{
    private const string Expected = "A session is resumed only under the name and the client policy that it was made under, or the certificate is judged again.";

    /// <summary>Tries every kind of resumption that the server offers on one passage.</summary>
    /// <param name="context">The scan.</param>
    /// <param name="passage">The passage.</param>
    /// <param name="cause">The rule that asks: sessions are not bound, whoever shows it.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <returns>The probe; <c>null</c> when no session of the first name can be resumed at all.</returns>
    public static async Task<ProbeResult?> ProbeAsync(CheckContext context, Passage passage, string cause, CancellationToken cancellationToken)
    {
        List<(string, Crossing Crossing)> tries = [];
        foreach (SessionTicketKind kind in Kinds(context))
        {
            // What the actor was given when it was looked at is as good as a new one.
            ImmutableArray<SessionTicket> tickets = [.. Tickets(passage.From.Of(passage.Actor).Exchange, kind)];
            if (tickets.IsEmpty)
            {
                Exchange made = await context.Transport.ExchangeAsync(Source(passage, kind), cancellationToken).ConfigureAwait(false);
                tickets = [.. Tickets(made, kind)];
                if (tickets.IsEmpty && made.Answer is null && VerdictRules.Refused(made) is null)
                {
                    // Nobody knows whether there would have been one.
                    tries.Add((Name(kind), new Crossing.Doubtful($"{passage.Actor.Name} at {passage.From.Name}: {made.Summary}")));
                }
            }

            if (tickets.IsEmpty)
            {
                continue;
            }

            int used = 0;
            tries.Add((Name(kind), await CrossingJudge.JudgeAsync(
                context,
                passage,
                token => context.Transport.ExchangeAsync(Resumption(passage, tickets[used++ % tickets.Length]), token),
                resuming: true,
                proved: tries.Any(t => t.Crossing is Crossing.Through),
                cancellationToken).ConfigureAwait(false)));
            Crossings.Keep(context, passage, tries, Expected, cause);
        }

        return tries.Count == 0 ? null : Crossings.Probe(context, passage, tries, Expected, cause);
    }

    /// <summary>The ask that resumes a session at the passage's end.</summary>
    /// <param name="passage">The passage.</param>
    /// <param name="ticket">What was got at its start.</param>
    public static Ask Resumption(Passage passage, SessionTicket ticket) => new()
    {
        Title = $"{passage.Actor.Name} at {passage.To.Name}, resuming a session of {passage.From.Name}",
        Route = passage.To.Route,
        Actor = passage.Actor,
        Request = passage.Request,
        Version = ticket.Kind == SessionTicketKind.Tls13 ? TlsVersion.Tls13 : TlsVersion.Tls12,
        Script = script => Without(script, ticket.Kind) with { Resume = ticket },
    };

    /// <summary>The kinds of resumption in the versions that the target offers.</summary>
    /// <param name="context">The scan.</param>
    public static IEnumerable<SessionTicketKind> Kinds(CheckContext context) =>
    [
        .. context.Survey.Tls13 == true ? [SessionTicketKind.Tls13] : (SessionTicketKind[])[],
        .. context.Survey.Tls12 == true ? [SessionTicketKind.Tls12Ticket, SessionTicketKind.SessionId] : (SessionTicketKind[])[],
    ];

    /// <summary>The tickets of a kind that an exchange brought.</summary>
    /// <param name="exchange">The exchange.</param>
    /// <param name="kind">The kind.</param>
    public static IEnumerable<SessionTicket> Tickets(Exchange exchange, SessionTicketKind kind) => (exchange.Session?.Tickets ?? []).Where(t => t.Kind == kind);

    private static Ask Source(Passage passage, SessionTicketKind kind) => new()
    {
        Title = $"{passage.Actor.Name} at {passage.From.Name}",
        Route = passage.From.Route,
        Actor = passage.Actor,
        Request = passage.From.Request,
        Version = kind == SessionTicketKind.Tls13 ? TlsVersion.Tls13 : TlsVersion.Tls12,
        Script = kind == SessionTicketKind.SessionId ? script => Without(script, kind) : null,
        Reusable = kind != SessionTicketKind.SessionId,
    };

    // A server that may give a ticket remembers no session of its own.
    private static ClientScript Without(ClientScript script, SessionTicketKind kind) =>
        kind == SessionTicketKind.SessionId ? script with { Hello = script.Hello with { OfferSessionTicket = false } } : script;

    private static string Name(SessionTicketKind kind) => kind switch
    {
        SessionTicketKind.Tls13 => "by a TLS 1.3 ticket",
        SessionTicketKind.Tls12Ticket => "by a TLS 1.2 ticket",
        _ => "by a TLS 1.2 session id",
    };
}

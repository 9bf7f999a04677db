using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Transport;
using Sallyport.Tls;
using Sallyport.Tls.Client;

namespace Sallyport.Scan.Checks.Routing;

/// <summary>MTLS-205: whether session tickets are sealed with a key that anybody knows, or with a key stream that repeats.</summary>
internal sealed class WeakTicketKey : Check
{
    private const int MaxTickets = 10;

    // A key name and an IV or nonce may repeat by design; what follows them must look random.
    private const int Head = 32;
    private const int FewestBytes = 64;

    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "MTLS-205",
        Title = "Session tickets are sealed weakly",
        Category = Category.MutualTls,
        Severity = Severity.Critical,
        Variants =
        [
            new("known-key", "with a key that anybody knows", Severity.Critical),
            new("keystream", "with a key stream that repeats", Severity.Critical),
        ],
        Standards = new() { Cwe = [321, 330], PciDss = ["4.2.1"] },
        Needs = [Need.Tls, Need.Identity],
        Why = "A ticket holds the secret of its session and what the server believes of the client, sealed with a key of the server. A key that was never set, and so is all zero, or one whose stream repeats, opens the tickets of everybody and lets anybody make new ones. Such keys were found on many servers behind load balancers.",
        Impact = "Recorded connections can be read, and sessions with any client certificate can be made up.",
        How = "Up to ten tickets of at most three connections are looked at offline. Known keys (all zero, all ones, counting bytes) are tried in the layouts of the usual libraries; proof is the session's own secret in what comes out. Tickets are compared with each other behind the first 32 bytes, where a repeated key name is normal: half of the bytes equal at the same places cannot come from sound encryption.",
        Sources = ["RFC 5077, section 4", "RFC 8446, section 4.6.1", "We Really Need to Talk About Session Tickets (USENIX Security 2023)"],
        Remedies = LimitResumption.All,
    };

    /// <inheritdoc/>
    public override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        List<(Exchange Exchange, SessionTicket Ticket)> found = [];
        Ask ask = context.H(Actor.Of(context.A), $"tickets: {context.A.Name}");
        ImmutableArray<Ask> asks =
        [
            .. context.Survey.Tls13 == true ? [ask with { Version = TlsVersion.Tls13, Reusable = true }, ask with { Version = TlsVersion.Tls13 }] : (Ask[])[],
            .. context.Survey.Tls12 == true ? [ask with { Version = TlsVersion.Tls12, Reusable = true }] : (Ask[])[],
            .. context.Survey is { Tls12: true, Tls13: not true } ? [ask with { Version = TlsVersion.Tls12 }] : (Ask[])[],
        ];
        List<string> unanswered = [];
        foreach (Ask one in asks)
        {
            // A second connection of a version only where the first gave nothing to compare.
            if (!one.Reusable && found.Count(f => f.Ticket.Version == one.Version) is 0 or > 1)
            {
                continue;
            }

            Exchange exchange = await context.Transport.ExchangeAsync(one, cancellationToken).ConfigureAwait(false);
            if (exchange.Answer is null)
            {
                unanswered.Add(exchange.Summary);
            }

            found.AddRange((exchange.Session?.Tickets ?? []).Where(t => t.Kind != SessionTicketKind.SessionId).Select(t => (exchange, t)));
        }

        ImmutableArray<(Exchange Exchange, SessionTicket Ticket)> tickets = [.. found.Take(MaxTickets)];
        return (tickets.IsEmpty, unanswered.Count) switch
        {
            (true, 0) => CheckResult.NotApplicable("the server gives no session ticket"),
            (true, _) => CheckResult.NotTested($"no ticket came, and no answer that one could have come with: {unanswered[0]}"),
            _ => new() { Probes = [KnownKey(tickets), KeyStream(tickets, unanswered.FirstOrDefault())] },
        };
    }

    private static ProbeResult KnownKey(ImmutableArray<(Exchange Exchange, SessionTicket Ticket)> tickets)
    {
        foreach ((Exchange exchange, SessionTicket ticket) in tickets)
        {
            if (TicketKeyTrial.Opens(ticket) is { } key)
            {
                return new(new Outcome.Failed(new()
                {
                    Expected = "Nobody but the server can open a ticket.",
                    Observed = $"A {Name(ticket)} ticket opens with a known key ({key}) and shows the secret of its session.",
                    Confidence = Confidence.Confirmed,
                    Evidence = [exchange.ToEvidence("the session whose ticket was opened")],
                }))
                { Variant = "known-key" };
            }
        }

        return new(new Outcome.Passed()) { Variant = "known-key" };
    }

    private static ProbeResult KeyStream(ImmutableArray<(Exchange Exchange, SessionTicket Ticket)> tickets, string? unanswered)
    {
        bool compared = false;
        for (int i = 0; i < tickets.Length; i++)
        {
            for (int j = i + 1; j < tickets.Length; j++)
            {
                (SessionTicket one, SessionTicket other) = (tickets[i].Ticket, tickets[j].Ticket);
                int length = Math.Min(one.Identity.Length, other.Identity.Length) - Head;
                if (one.Kind != other.Kind || length < FewestBytes || one.Identity.Span.SequenceEqual(other.Identity.Span))
                {
                    continue;
                }

                compared = true;
                int equal = Equal(one.Identity.Span.Slice(Head, length), other.Identity.Span.Slice(Head, length));
                if (equal * 2 >= length)
                {
                    return new(new Outcome.Failed(new()
                    {
                        Expected = "Two tickets have nothing in common but the name of their key.",
                        Observed = string.Create(CultureInfo.InvariantCulture, $"Two {Name(one)} tickets of different sessions or nonces agree in {equal} of {length} bytes behind the first {Head}: they are sealed with the same key stream, or not at all."),
                        Confidence = Confidence.Firm,
                        Evidence = [tickets[i].Exchange.ToEvidence("the session of the first ticket"), tickets[j].Exchange.ToEvidence("the session of the second ticket")],
                    }))
                    { Variant = "keystream" };
                }
            }
        }

        Outcome outcome = (compared, unanswered) switch
        {
            (true, _) => new Outcome.Passed(),
            (_, null) => new Outcome.NotApplicable("the server gives no two tickets that are long enough to hold a sealed session"),
            _ => new Outcome.NotTested($"too few tickets came to be compared: {unanswered}"),
        };
        return new(outcome) { Variant = "keystream" };
    }

    private static int Equal(ReadOnlySpan<byte> one, ReadOnlySpan<byte> other)
    {
        int equal = 0;
        for (int i = 0; i < one.Length; i++)
        {
            equal += one[i] == other[i] ? 1 : 0;
        }

        return equal;
    }

    private static string Name(SessionTicket ticket) => ticket.Kind == SessionTicketKind.Tls13 ? "TLS 1.3" : "TLS 1.2";
}

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

namespace Sallyport.Scan.Checks.Channel;

/// <summary>TLS-015: how many tickets a server gives, and for how long.</summary>
internal sealed class Tickets : Check
{
    private static readonly TimeSpan s_longest = TimeSpan.FromDays(7);

    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "TLS-015",
        Title = "Session tickets are announced for more than seven days",
        Category = Category.Encryption,
        Severity = Severity.Low,
        Standards = new() { Cwe = [613], OwaspApi = ["API8:2023"], PciDss = ["4.2.1"], Asvs = ["12.1.1"] },
        Needs = [Need.Tls],
        Why = "A ticket resumes a session without a new proof of the client's certificate, and a stolen ticket key opens what tickets protect. Seven days is the "
            + "longest lifetime that TLS 1.3 allows, and far too long where revocation matters.",
        Impact = "A client whose certificate was revoked goes on for as long as its ticket is taken.",
        How = "One full handshake and one request in each version, so that tickets arrive; lifetimes are read from them. Count and repeated use of one ticket are facts.",
        Sources = ["RFC 8446, sections 4.6.1 and 8", "RFC 5077, section 5.6", "RFC 9325, section 3.4"],
        Remedies = LimitResumption.All,
    };

    /// <inheritdoc/>
    public override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        List<(TlsVersion Version, SessionTicket Ticket)> seen = [];
        List<Fact> facts = [];
        string? trouble = null;
        foreach (TlsVersion version in Versions(context))
        {
            (ImmutableArray<SessionTicket> tickets, string? failure) = await CollectAsync(context, version, shared: true, cancellationToken).ConfigureAwait(false);
            trouble ??= failure;
            seen.AddRange(tickets.Select(ticket => (version, ticket)));
            if (failure is null)
            {
                string lifetimes = string.Join(", ", tickets.Select(static ticket => Describe(ticket.Lifetime)).Distinct());
                facts.Add(new(Info.Id, $"Tickets of {SpokenVersions.Name(version)}", tickets.IsEmpty ? "none" : $"{tickets.Length.ToString(CultureInfo.InvariantCulture)} a session, lifetime {lifetimes}"));
            }
        }

        if (await SpareAsync(context, [.. seen.Where(static one => one.Version == TlsVersion.Tls13).Select(static one => one.Ticket)], cancellationToken).ConfigureAwait(false) is { } spare)
        {
            facts.Add(new(Info.Id, "The same TLS 1.3 ticket twice", await ReuseAsync(context, spare, cancellationToken).ConfigureAwait(false)));
        }

        return new() { Probes = [new(Judge(seen, trouble))], Facts = [.. facts] };
    }

    private static IEnumerable<TlsVersion> Versions(CheckContext context)
    {
        if (context.Survey.Tls13 == true)
        {
            yield return TlsVersion.Tls13;
        }

        if (context.Survey.Tls12 == true)
        {
            yield return TlsVersion.Tls12;
        }
    }

    private static Outcome Judge(List<(TlsVersion Version, SessionTicket Ticket)> seen, string? trouble)
    {
        (TlsVersion version, SessionTicket? longest) = seen.OrderByDescending(static one => one.Ticket.Lifetime).FirstOrDefault();
        return longest switch
        {
            { Lifetime: var lifetime } when lifetime > s_longest => ChannelOutcome.Failed(
                "a lifetime of seven days at most",
                $"a ticket of {SpokenVersions.Name(version)} is announced for {Describe(lifetime)}",
                ChannelOutcome.Listed("a ticket", "a full handshake", longest.ToString())),
            _ when trouble is not null => new Outcome.NotTested(trouble),
            null => new Outcome.NotApplicable("the server gives no tickets"),
            _ => new Outcome.Passed(),
        };
    }

    private static string Describe(TimeSpan lifetime) => lifetime == TimeSpan.Zero ? "not announced" : lifetime.TotalSeconds.ToString("0 s", CultureInfo.InvariantCulture);

    private static Actor Client(CheckContext context) => context.Survey.A is { } a ? Actor.Of(a) : Actor.Nobody;

    private static async Task<(ImmutableArray<SessionTicket> Tickets, string? Failure)> CollectAsync(
        CheckContext context, TlsVersion version, bool shared, CancellationToken cancellationToken)
    {
        // TLS 1.3 tickets come after our Finished: before or with the first answer. Others want them too: one handshake is enough.
        Ask ask = context.H(Client(context), $"tickets of {SpokenVersions.Name(version)}") with { Version = version, Reusable = shared };
        Exchange answered = await context.Transport.ExchangeAsync(ask, cancellationToken).ConfigureAwait(false);
        if (answered.Session is not { } session)
        {
            return ([], $"{SpokenVersions.Name(version)}: {answered.Summary}");
        }

        ImmutableArray<SessionTicket> tickets = [.. session.Tickets.Where(static ticket => ticket.Kind != SessionTicketKind.SessionId)];
        return tickets.IsEmpty && version == TlsVersion.Tls13 && answered.Answer is null
            ? ([], $"{SpokenVersions.Name(version)}: no answer that tickets could have come with ({answered.Summary})")
            : (tickets, null);
    }

    // Whoever shares the handshake may need its first ticket unused: a server may take each only once.
    private static async Task<SessionTicket?> SpareAsync(CheckContext context, ImmutableArray<SessionTicket> seen, CancellationToken cancellationToken) => seen.Length switch
    {
        0 => null,
        1 => (await CollectAsync(context, TlsVersion.Tls13, shared: false, cancellationToken).ConfigureAwait(false)).Tickets.FirstOrDefault(),
        _ => seen[^1],
    };

    private static async Task<string> ReuseAsync(CheckContext context, SessionTicket ticket, CancellationToken cancellationToken)
    {
        int resumed = 0;
        for (int round = 0; round < 2; round++)
        {
            Ask ask = context.H(Client(context), "the same ticket") with { Version = TlsVersion.Tls13, Request = null, Script = script => script with { Resume = ticket } };
            LiveConnection live = await context.Transport.ConnectAsync(ask, cancellationToken).ConfigureAwait(false);
            await using (live.ConfigureAwait(false))
            {
                resumed += live.Tls?.Resumed == true ? 1 : 0;
            }
        }

        return resumed switch { 0 => "not resumed", 1 => "resumed once", _ => "resumed both times" };
    }
}

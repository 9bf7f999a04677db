using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Transport;
using Sallyport.Tls;
using Sallyport.Tls.Client;
using Sallyport.Tls.Hello;

namespace Sallyport.Scan.Checks.Channel;

/// <summary>TLS-023: published attacks on implementations.</summary>
internal sealed class KnownAttacks : Check
{
    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "TLS-023",
        Title = "The TLS implementation has a published flaw",
        Category = Category.Encryption,
        Severity = Severity.High,
        Variants =
        [
            new("ccs", "An early ChangeCipherSpec is taken (CVE-2014-0224)", Severity.High),
            new("robot", "The server is an oracle for RSA-encrypted secrets (ROBOT)", Severity.High),
            new("ticketbleed", "Bytes of memory are returned with a short session id (CVE-2016-9244)", Severity.High),
            new("dh-reuse", "The server's Diffie-Hellman value is used again (the ground of Raccoon)", Severity.Medium),
            new("heartbleed", "Heartbeats return memory (CVE-2014-0160)", Severity.High),
            new("padding", "Padding and MAC of CBC records are told apart", Severity.High),
        ],
        Mode = ScanMode.Intrusive,
        Standards = new() { Cwe = [203, 327], OwaspApi = ["API8:2023"], PciDss = ["4.2.1", "6.3.3"], Asvs = ["12.1.2"] },
        Needs = [Need.Tls],
        Why = "These flaws sit in the code behind the handshake, not in its settings, and old appliances keep them for years. Each shows in how the server reacts to one wrong message.",
        Impact = "Depending on the flaw: sessions are read or taken over, or the server's key is used without being known.",
        How = "An early ChangeCipherSpec, RSA-encrypted secrets in five shapes three times each, a ticket with a session id of one byte, and two exchanges whose public values are "
            + "compared. Only reactions are looked at; bytes of memory, should any come back, are counted and dropped. What would have to read memory or needs statistics of timing is not tried.",
        Sources = ["CVE-2014-0224", "CVE-2017-13099 and Böck et al., USENIX Security 2018 (ROBOT)", "CVE-2016-9244 (Ticketbleed)", "CVE-2020-1968 (Raccoon)", "CVE-2014-0160", "CVE-2013-0169"],
        Remedies = HardenChannel.All,
    };

    /// <inheritdoc/>
    public override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        SpokenVersions versions = await context.Channel.VersionsAsync(cancellationToken).ConfigureAwait(false);
        if (versions.NewestClassic is not { } classic || classic == TlsVersion.Ssl3)
        {
            return ChannelOutcome.NoClassic(versions);
        }

        List<ProbeResult> probes = [];
        async Task AddAsync(string variant, Task<Outcome> outcome) => probes.Add(context.Keep(new(await outcome.ConfigureAwait(false)) { Variant = variant }));
        await AddAsync("ccs", EarlyChangeAsync(context, versions, classic, cancellationToken)).ConfigureAwait(false);
        await AddAsync("robot", RsaOracle.JudgeAsync(context, versions, classic, cancellationToken)).ConfigureAwait(false);
        await AddAsync("ticketbleed", ShortSessionAsync(context, cancellationToken)).ConfigureAwait(false);
        await AddAsync("dh-reuse", ReuseAsync(context, versions, classic, cancellationToken)).ConfigureAwait(false);
        await AddAsync("heartbleed", HeartbeatAsync(context, cancellationToken)).ConfigureAwait(false);
        probes.Add(new(Padding(versions)) { Variant = "padding" });
        return new() { Probes = [.. probes] };
    }

    private static async Task<Outcome> EarlyChangeAsync(CheckContext context, SpokenVersions versions, TlsVersion classic, CancellationToken cancellationToken)
    {
        RawDialog dialog = new(context);
        HelloRequest hello = context.Channel.Hello(classic, versions.Of(classic).Suites);
        byte[] change = RawDialog.Record(20, classic, [1]);
        string? reaction = null;
        for (int round = 0; round < 2; round++)
        {
            // A sound server refuses the first one. One with the flaw takes it, and cannot decrypt the second.
            reaction = await dialog.RunAsync(hello, _ => [.. change, .. change], cancellationToken).ConfigureAwait(false);
            if (reaction is not ("alert 20" or "alert 21"))
            {
                return reaction == "alert 10" ? new Outcome.Passed() : new Outcome.NotTested($"the early ChangeCipherSpec was answered with {reaction ?? "nothing: the flight was not whole"}");
            }
        }

        return ChannelOutcome.Failed(
            "alert unexpected_message (10) to the first one",
            $"the server took an early ChangeCipherSpec and failed to decrypt the next record ({reaction}), twice",
            ChannelOutcome.Listed("early ChangeCipherSpec", "ChangeCipherSpec twice in place of the client's flight", reaction ?? ""));
    }

    private static async Task<Outcome> ShortSessionAsync(CheckContext context, CancellationToken cancellationToken)
    {
        if (context.Survey.Tls12 != true)
        {
            return context.Survey.Tls12 is null ? new Outcome.NotTested("whether TLS 1.2 is spoken is undecided") : new Outcome.NotApplicable("the server does not offer TLS 1.2");
        }

        Ask ask = new()
        {
            Title = "a ticket of TLS 1.2",
            Route = context.Route,
            Actor = context.Survey.A is { } a ? Actor.Of(a) with { Application = null } : Actor.Nobody,
            Version = TlsVersion.Tls12,
            Mode = ScanMode.Intrusive,
        };
        LiveConnection live = await context.Transport.ConnectAsync(ask, cancellationToken).ConfigureAwait(false);
        await using (live.ConfigureAwait(false))
        {
            if (!live.IsOpen)
            {
                return new Outcome.NotTested($"no TLS 1.2 session: {live.Opened.Summary}");
            }

            SessionTicket? ticket = live.Tickets.FirstOrDefault(static one => one.Kind == SessionTicketKind.Tls12Ticket);
            return ticket is null ? new Outcome.NotApplicable("the server gives no ticket in TLS 1.2") : await EchoAsync(context, ticket, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task<Outcome> EchoAsync(CheckContext context, SessionTicket ticket, CancellationToken cancellationToken)
    {
        int longer = 0;
        foreach (byte id in (byte[])[0x5A, 0xA5])
        {
            HelloRequest hello = HelloRequest.ForTls12(context.Channel.ServerName) with
            {
                CipherSuites = [ticket.Suite],
                OfferSessionTicket = true,
                SessionTicket = [.. ticket.Identity.Span],
                SessionId = [id],
            };
            ServerFlight? flight = (await context.Channel.AskAsync(hello, cancellationToken).ConfigureAwait(false)).Flight;
            if (flight is { SessionId: [var echoed] } && echoed == id)
            {
                return new Outcome.Passed();
            }

            longer = flight is { SessionId: [var first, _, ..] } && first == id ? flight.SessionId.Length : 0;
            if (longer == 0)
            {
                return new Outcome.NotTested("the server did not resume the ticket with a session id of one byte");
            }
        }

        return ChannelOutcome.Failed(
            "the session id of one byte comes back as it is",
            $"a session id of {longer} bytes came back that begins with ours, twice; the other bytes were dropped",
            ChannelOutcome.Listed("short session id", "a ticket with a session id of one byte", $"session id of {longer} bytes"));
    }

    private static async Task<Outcome> ReuseAsync(CheckContext context, SpokenVersions versions, TlsVersion classic, CancellationToken cancellationToken)
    {
        ImmutableArray<CipherSuite> suites = [.. versions.Of(classic).Suites.Where(static suite => suite is { KeyExchange: "DHE", IsExport: false })];
        if (suites.IsEmpty)
        {
            return versions.Of(classic).IsComplete
                ? new Outcome.NotApplicable("the server accepts no DHE suite")
                : new Outcome.NotTested($"not every suite could be asked for ({versions.Doubt})");
        }

        HelloRequest hello = context.Channel.Hello(classic, suites);
        HelloExchange first = await context.Channel.AskAsync(hello, cancellationToken).ConfigureAwait(false);
        HelloExchange second = await context.Channel.AskAsync(hello, cancellationToken).ConfigureAwait(false);
        return (first.Flight?.KeyExchange, second.Flight?.KeyExchange) switch
        {
            ({ PublicValue.IsEmpty: false } one, { PublicValue.IsEmpty: false } other) => one.PublicValue.AsSpan().SequenceEqual(other.PublicValue.AsSpan())
                ? ChannelOutcome.Failed("a fresh value for each handshake", "two handshakes carried the same Diffie-Hellman value", first.ToEvidence("first"), second.ToEvidence("second"))
                : new Outcome.Passed(),
            _ => ChannelOutcome.Undecided("two hellos with DHE suites only", first.Flight?.KeyExchange is null ? first : second),
        };
    }

    private static async Task<Outcome> HeartbeatAsync(CheckContext context, CancellationToken cancellationToken) =>
        await context.Channel.FlightAsync(cancellationToken).ConfigureAwait(false) switch
        {
            { Flight.Heartbeat: false } => new Outcome.NotApplicable("the server does not take up the heartbeat extension"),
            { Flight.Heartbeat: true } => new Outcome.NotTested("heartbeats are offered (TLS-008); whether they return memory is not tried, because the proof would be the memory itself"),
            _ => new Outcome.NotTested("whether heartbeats are offered is undecided"),
        };

    private static Outcome Padding(SpokenVersions versions) =>
        versions.Spoken.SelectMany(static one => one.Suites).Any(static suite => suite.IsCbc)
            ? new Outcome.NotTested("CBC suites are accepted (TLS-003); oracles in their padding are not tried: see docs/decisions/0043-attacks-that-are-not-tried.md")
            : versions.Doubt is null ? new Outcome.NotApplicable("the server accepts no CBC suite") : new Outcome.NotTested($"not every suite could be asked for ({versions.Doubt})");
}

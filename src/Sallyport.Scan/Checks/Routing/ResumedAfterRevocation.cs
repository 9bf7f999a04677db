using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Target;
using Sallyport.Scan.Transport;
using Sallyport.Tls;
using Sallyport.Tls.Client;
using Sallyport.Tls.Http;

namespace Sallyport.Scan.Checks.Routing;

/// <summary>MTLS-203: whether a session outlives the right that it was made by: revoked, or promised longer than its certificate lives.</summary>
internal sealed class ResumedAfterRevocation : Check
{
    private const string Revoked = "revoked";
    private const string Lifetime = "lifetime";
    private static readonly TimeSpan s_longest = TimeSpan.FromDays(7);
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(250);

    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "MTLS-203",
        Title = "Sessions outlive the right that they were made by",
        Category = Category.MutualTls,
        Severity = Severity.High,
        Variants = [new(Revoked, "resumed after the revocation", Severity.High), new(Lifetime, "tickets that live too long", Severity.Low)],
        Standards = new() { Cwe = [613, 299], OwaspApi = ["API2:2023"], Asvs = ["12.3.5"] },
        Needs = [Need.Tls, Need.Identity],
        Why = "A resumed session is believed without its certificate. What has happened to the certificate since, a revocation, its expiry, a change of policy, is seen only by a server that looks at it again or forgets the session.",
        Impact = "A revoked client goes on calling the API until its last ticket has expired.",
        How = "The lifetime that the server gives its tickets is compared with seven days and with the end of the certificate. With the user's revoke hook: tickets of the revocable identity are kept, the hook runs, a full handshake must be refused within five seconds, and the tickets are tried.",
        Sources = ["RFC 8446, section 4.6.1", "RFC 5077, section 3.3", "CVE-2016-5419", "project-oak issue 5167"],
        Remedies = LimitResumption.All,
    };

    /// <inheritdoc/>
    public override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken) => new()
    {
        Probes =
        [
            context.Keep(await LifetimeAsync(context, cancellationToken).ConfigureAwait(false) with { Variant = Lifetime }),
            await RevokedAsync(context, cancellationToken).ConfigureAwait(false) with { Variant = Revoked },
        ],
    };

    private static async Task<ProbeResult> LifetimeAsync(CheckContext context, CancellationToken cancellationToken)
    {
        List<(Exchange Exchange, SessionTicket Ticket)> tickets = [];
        string? unanswered = null;
        foreach (SessionTicketKind kind in TicketPassage.Kinds(context).Where(k => k != SessionTicketKind.SessionId))
        {
            Exchange exchange = await context.Transport.ExchangeAsync(Source(context.H(Actor.Of(context.A)), kind), cancellationToken).ConfigureAwait(false);
            ImmutableArray<SessionTicket> given = [.. TicketPassage.Tickets(exchange, kind)];
            unanswered ??= Unseen(exchange, given);
            tickets.AddRange(given.Where(t => t.Lifetime > TimeSpan.Zero).Select(t => (exchange, t)));
        }

        if (tickets.Count == 0)
        {
            return new(unanswered is null ? new Outcome.NotApplicable("the server gives no ticket with a lifetime") : new Outcome.NotTested(unanswered));
        }

        TimeSpan left = End(context.A) is { } end ? end - context.Time.GetUtcNow() : TimeSpan.MaxValue;
        (Exchange from, SessionTicket longest) = tickets.MaxBy(t => t.Ticket.Lifetime);
        bool tooLong = longest.Lifetime > s_longest;
        return !tooLong && longest.Lifetime <= left
            ? new(unanswered is null ? new Outcome.Passed() : new Outcome.NotTested(unanswered)) { Identity = context.A.Name }
            : new(new Outcome.Failed(new()
            {
                Expected = "A ticket lives no longer than seven days, and no longer than the certificate that it stands for.",
                Observed = string.Create(CultureInfo.InvariantCulture, $"The server gives a ticket {longest.Lifetime.TotalHours:0.#} hours{(tooLong ? "" : $"; the certificate of {context.A.Name} ends in {left.TotalHours:0.#} hours")}."),
                Confidence = Confidence.Firm,
                Evidence = [from.ToEvidence()],
            }))
            { Identity = context.A.Name };
    }

    private static async Task<ProbeResult> RevokedAsync(CheckContext context, CancellationToken cancellationToken)
    {
        Identity? dave = context.Request.Identities.FirstOrDefault(i => i is { State: IdentityState.Revocable, HasCertificate: true });
        if (dave is null || context.Hooks is not { CanRevoke: true } hooks)
        {
            return new(new Outcome.NotTested("no program that revokes an identity may run, so that nothing is revoked while a session lives")
            {
                Needs = ["hooks.revoke and hooks.restore, an identity with state: revocable, --allow-hooks and --mode intrusive"],
            });
        }

        RawHttpRequest request = context.Survey.ProtectedOperation is { } operation && context.RequestFor(operation, dave) is { } own ? own : context.ProtectedRequest;
        Ask ask = context.H(Actor.Of(dave)) with { Request = request };
        ProbeResult Of(Outcome outcome) => new(outcome) { Operation = context.Survey.ProtectedOperation?.Name, Identity = dave.Name };
        if (await context.Oracle.LearnAsync(ask, cancellationToken).ConfigureAwait(false) is not BaselineResult.Learned { Baseline: var baseline })
        {
            return Of(new Outcome.NotTested($"{dave.Name} is not served before it is revoked"));
        }

        List<SessionTicket> tickets = [];
        string? unanswered = null;
        foreach (SessionTicketKind kind in TicketPassage.Kinds(context).Where(k => k != SessionTicketKind.SessionId))
        {
            Exchange exchange = await context.Transport.ExchangeAsync(Source(ask, kind), cancellationToken).ConfigureAwait(false);
            ImmutableArray<SessionTicket> given = [.. TicketPassage.Tickets(exchange, kind)];
            unanswered ??= Unseen(exchange, given);
            tickets.AddRange(given.Take(1));
        }

        if (tickets.Count == 0)
        {
            return Of(unanswered is null ? new Outcome.NotApplicable("the server gives no session ticket") : new Outcome.NotTested(unanswered));
        }

        if (await hooks.RevokeAsync(cancellationToken).ConfigureAwait(false) is HookResult.Failed failed)
        {
            return Of(new Outcome.NotTested($"the revoke hook: {failed.Reason}"));
        }

        Outcome outcome = await AfterwardsAsync(context, ask, baseline, tickets, cancellationToken).ConfigureAwait(false);
        return await hooks.RestoreAsync(cancellationToken).ConfigureAwait(false) is HookResult.Failed stuck && outcome is not Outcome.Failed
            ? Of(new Outcome.NotTested($"the restore hook: {stuck.Reason}"))
            : Of(outcome is Outcome.Passed && unanswered is not null ? new Outcome.NotTested(unanswered) : outcome);
    }

    // Tickets of TLS 1.3 come after the handshake: a session that failed before its answer shows none, and proves nothing.
    private static string? Unseen(Exchange exchange, ImmutableArray<SessionTicket> given) =>
        given.IsEmpty && exchange.Answer is null ? $"whether the server gives tickets could not be seen: {exchange.Summary}" : null;

    private static async Task<Outcome> AfterwardsAsync(
        CheckContext context, Ask ask, Baseline baseline, List<SessionTicket> tickets, CancellationToken cancellationToken)
    {
        // Files and lists are looked at now and then: how long that takes is RACE-006's to judge, not this rule's.
        Ask shown = ask with { Title = $"{ask.Actor.Name}, revoked, full handshake" };
        long start = context.Time.GetTimestamp();
        Exchange full = await context.Transport.ExchangeAsync(shown, cancellationToken).ConfigureAwait(false);
        while (VerdictRules.Refused(full) is null && context.Time.GetElapsedTime(start) < s_patience)
        {
            await Task.Delay(s_pause, context.Time, cancellationToken).ConfigureAwait(false);
            full = await context.Transport.ExchangeAsync(shown, cancellationToken).ConfigureAwait(false);
        }

        if (VerdictRules.Refused(full) is null)
        {
            return new Outcome.NotTested($"after the revoke hook a full handshake is not refused ({full.Summary}): there is nothing that a ticket could get round");
        }

        string? doubt = null;
        foreach (SessionTicket ticket in tickets)
        {
            Ask again = ask with { Title = $"{ask.Actor.Name}, revoked, by ticket", Version = Version(ticket.Kind), Script = script => script with { Resume = ticket } };
            Exchange resumed = await context.Transport.ExchangeAsync(again, cancellationToken).ConfigureAwait(false);
            if (context.Oracle.Classify(resumed, baseline) is Verdict.Accepted && resumed.Session is { Resumed: true }
                && context.Oracle.Classify(await context.Transport.ExchangeAsync(again, cancellationToken).ConfigureAwait(false), baseline) is Verdict.Accepted)
            {
                return new Outcome.Failed(new()
                {
                    Expected = "A session of a revoked certificate is not resumed.",
                    Observed = $"After the revocation {ask.Actor.Name} is refused in a full handshake ({full.Summary}) and served by its ticket ({resumed.Summary}).",
                    Confidence = Confidence.Firm,
                    Evidence = [baseline.First.ToEvidence(), full.ToEvidence(), resumed.ToEvidence()],
                });
            }

            doubt ??= VerdictRules.Refused(resumed) is null && resumed.Opening is not Opening.Alerted ? resumed.Summary : null;
        }

        return doubt is null ? new Outcome.Passed() : new Outcome.NotTested($"by ticket after the revocation: {doubt}");
    }

    private static Ask Source(Ask ask, SessionTicketKind kind) => ask with { Version = Version(kind), Reusable = true };

    private static TlsVersion Version(SessionTicketKind kind) => kind == SessionTicketKind.Tls13 ? TlsVersion.Tls13 : TlsVersion.Tls12;

    private static DateTimeOffset? End(Identity identity)
    {
        try
        {
            using X509Certificate2 leaf = X509CertificateLoader.LoadCertificate(identity.Chain[0].AsSpan());
            return new DateTimeOffset(leaf.NotAfter.ToUniversalTime());
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}

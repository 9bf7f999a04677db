using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Matrix;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Target;
using Sallyport.Scan.Transport;
using Sallyport.Tls.Client;

namespace Sallyport.Scan.Checks.Races;

/// <summary>RACE-006: how long a revoked identity is still served: on an open connection, by a resumed session, on a new connection.</summary>
internal sealed class RevokeWindow : Check
{
    private static readonly TimeSpan s_poll = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_closely = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan s_slowly = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);
    private readonly TimeSpan _patience;

    /// <summary>The check as it runs: it waits 30 seconds at most.</summary>
    public RevokeWindow()
        : this(s_patience)
    {
    }

    /// <summary>The check with another patience.</summary>
    /// <param name="patience">How long it polls.</param>
    internal RevokeWindow(TimeSpan patience) => _patience = patience;

    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "RACE-006",
        Title = "A revoked identity goes on for a while",
        Category = Category.TimeOfUse,
        Severity = Severity.High,
        Variants =
        [
            new("open-connection", "An open connection outlives the revocation", Severity.High),
            new("resumed-session", "A resumed session outlives the revocation", Severity.High),
            new("new-connection", "New connections outlive the revocation", Severity.High),
        ],
        Standards = new() { Cwe = [367, 613], OwaspApi = ["API2:2023"], PciDss = ["8.2.5"], Asvs = ["7.4.1", "12.1.4"] },
        Mode = ScanMode.Intrusive,
        Needs = [Need.Tls, Need.Identity, Need.RevokeHook],
        Why = "A revocation counts from the moment the server notices it. New handshakes may be refused at once while an open connection, which showed its certificate long ago, is served for hours, and a resumed session, which shows none, is served as long as its ticket lives.",
        Impact = "Whoever holds a stolen key keeps a connection open and is served after everybody believes that the key is dead.",
        How = "The revocable identity opens a connection and keeps the tickets of a session. Your hook revokes it. From the moment the hook has ended, ten times a second and after three seconds every second, the open connection, a resumed session and a new connection ask for its own resource. "
            + "The time of the last success of each is a fact. Still served 30 seconds after the hook is a finding. The identity is restored, whatever happens.",
        Sources = ["RFC 8446, section 4.6.1", "CWE-613", "docs/decisions/0052-revocation-windows.md"],
        Remedies = CheckRevocation.All,
    };

    /// <inheritdoc/>
    public override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        if (context.Request.Identities.FirstOrDefault(one => one is { State: IdentityState.Revocable, HasCertificate: true }) is not { } revocable)
        {
            return CheckResult.NotTested("no identity was declared that the hook revokes", "identities.NAME with state: revocable");
        }

        if (context.Hooks is not { CanRevoke: true } hooks)
        {
            return CheckResult.NotTested("the hooks may not run", "--allow-hooks");
        }

        if (await context.Oracle.LearnAsync(context.Own(revocable) with { Pooled = false }, cancellationToken).ConfigureAwait(false) is not BaselineResult.Learned { Baseline: var before })
        {
            return CheckResult.NotTested($"{revocable.Name} is not served before the revocation, so its refusal after it would prove nothing");
        }

        LiveConnection live = await context.Transport.ConnectAsync(before.Ask, cancellationToken).ConfigureAwait(false);
        await using (live.ConfigureAwait(false))
        {
            Exchange opened = await live.SendAsync(before.Ask with { Title = "an open connection, before the revocation", Reusable = false }, cancellationToken).ConfigureAwait(false);
            ImmutableArray<SessionTicket> tickets = live.Tickets;
            if (await hooks.RevokeAsync(cancellationToken).ConfigureAwait(false) is HookResult.Failed failed)
            {
                return CheckResult.NotTested($"the identity could not be revoked: {failed.Reason}");
            }

            try
            {
                return await PollAsync(context, before, live, opened, tickets, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                // The scan restores as well when it ends; others that need the identity must not wait for that.
                _ = await hooks.RestoreAsync(CancellationToken.None).ConfigureAwait(false);
            }
        }
    }

    private async Task<CheckResult> PollAsync(CheckContext context, Baseline before, LiveConnection live, Exchange opened, ImmutableArray<SessionTicket> tickets, CancellationToken cancellationToken)
    {
        long revoked = context.Time.GetTimestamp();
        Window[] windows =
        [
            new("open-connection", "an open connection"),
            new("resumed-session", "a resumed session"),
            new("new-connection", "a new connection"),
        ];
        Queue<SessionTicket> resumable = new(tickets);
        SessionTicket? ticket = null;
        while (windows.Any(window => window.End is null) && context.Time.GetElapsedTime(revoked) < _patience)
        {
            foreach (Window window in windows.Where(window => window.End is null))
            {
                TimeSpan at = context.Time.GetElapsedTime(revoked);
                Ask ask = before.Ask with { Title = FormattableString.Invariant($"{window.Name}, {at.TotalMilliseconds:0} ms after the revocation"), Reusable = false };
                switch (window.Variant)
                {
                    case "open-connection":
                        window.Take(at, live.CanSend ? await live.SendAsync(ask, cancellationToken).ConfigureAwait(false) : null, context.Oracle, before);
                        break;
                    case "resumed-session":
                        // A ticket of TLS 1.3 may be good once only; the last one is tried again, for servers that do not mind.
                        ticket = resumable.TryDequeue(out SessionTicket? next) ? next : ticket;
                        if (ticket is { } resume)
                        {
                            Exchange exchange = await context.Transport.ExchangeAsync(ask with { Script = script => script with { Resume = resume } }, cancellationToken).ConfigureAwait(false);
                            window.Take(at, exchange.Session is { Resumed: true } || exchange.Answer is null ? exchange : null, context.Oracle, before);
                        }
                        else
                        {
                            window.Take(at, null, context.Oracle, before);
                        }

                        break;
                    default:
                        window.Take(at, await context.Transport.ExchangeAsync(ask, cancellationToken).ConfigureAwait(false), context.Oracle, before);
                        break;
                }
            }

            // Each round costs two connections: what lasts longer need not be known to a tenth of a second.
            await Task.Delay(context.Time.GetElapsedTime(revoked) < s_closely ? s_poll : s_slowly, context.Time, cancellationToken).ConfigureAwait(false);
        }

        return Result(context, before, opened, windows, tickets.IsEmpty);
    }

    private CheckResult Result(CheckContext context, Baseline before, Exchange opened, Window[] windows, bool noTickets)
    {
        List<ProbeResult> probes = [];
        foreach (Window window in windows)
        {
            Outcome outcome = window switch
            {
                { Variant: "resumed-session" } when noTickets => new Outcome.NotApplicable("the server gives no tickets"),
                { Last: { } last, End: null } => new Outcome.Failed(new Flaw
                {
                    Expected = "A revoked identity is served nowhere soon after its revocation.",
                    Observed = FormattableString.Invariant($"{window.Name} was still served {window.LastAt.TotalSeconds:0.0} s after the revocation, when the check stopped looking."),
                    Confidence = Confidence.Firm,
                    Evidence = [before.First.ToEvidence("before the revocation"), opened.ToEvidence(), last.ToEvidence()],
                    Cause = window.Variant switch { "new-connection" => Causes.RevocationNotChecked, "resumed-session" => Causes.RevokedTicketResumed, _ => null },
                }),
                { Refused: { } } => new Outcome.Passed(),
                _ => new Outcome.NotTested($"{window.Name}: {window.Doubt ?? "it was never answered after the revocation"}"),
            };
            probes.Add(new(outcome) { Variant = window.Variant, Operation = context.Survey.ProtectedOperation?.Name, Identity = before.Ask.Actor.Name });
        }

        return new()
        {
            Probes = [.. probes],
            Facts = [.. windows.Where(window => window.Refused is not null).Select(window => new Fact("RACE-006", $"Revocation window of {window.Name}", FormattableString.Invariant($"{window.LastAt.TotalMilliseconds:0} ms: the last success after the hook had ended")))],
        };
    }

    private sealed class Window(string variant, string name)
    {
        public string Variant => variant;

        public string Name => name;

        /// <summary>The last success.</summary>
        public Exchange? Last { get; private set; }

        /// <summary>When the last success began, after the revocation.</summary>
        public TimeSpan LastAt { get; private set; }

        /// <summary>When it was over; <c>null</c> while it is served.</summary>
        public TimeSpan? End { get; private set; }

        /// <summary>The refusal that ended it.</summary>
        public Verdict.Rejected? Refused { get; private set; }

        /// <summary>Why it ended undecided.</summary>
        public string? Doubt { get; private set; }

        public void Take(TimeSpan at, Exchange? exchange, IOracle oracle, Baseline before)
        {
            if (exchange is null)
            {
                (End, Doubt) = (at, "the server ended it, or did not resume it");
                return;
            }

            switch (oracle.Classify(exchange, before))
            {
                case Verdict.Accepted:
                    (Last, LastAt) = (exchange, at);
                    break;
                case Verdict.Rejected rejected:
                    (End, Refused) = (at, rejected);
                    break;
                case { } doubt:
                    Doubt = doubt.Detail;
                    break;
            }
        }
    }
}

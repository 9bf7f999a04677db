using System;
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

namespace Sallyport.Scan.Checks.Matrix;

/// <summary>MTLS-113: a ticket from before the revocation.</summary>
internal sealed class RevokedTicket : Check
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(250);

    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "MTLS-113",
        Title = "A revoked client gets in by resuming an old session",
        Category = Category.MutualTls,
        Severity = Severity.High,
        Standards = new() { Cwe = [299, 613], OwaspApi = ["API2:2023"], PciDss = ["4.2.1"], Asvs = ["12.1.3", "12.1.4"] },
        Mode = ScanMode.Intrusive,
        Needs = [Need.Tls, Need.Identity, Need.CertificateRequested, Need.CertificateMatters, Need.RevokeHook],
        Why = "A resumed session shows no certificate: the server believes what the ticket says of an earlier handshake. Unless it looks the certificate up again when the ticket comes back, a revocation does not reach clients who hold one, and each resumption brings a new ticket.",
        Impact = "Whoever stole a key once keeps the API open after the revocation, for as long as tickets are renewed.",
        How = "The revocable identity connects and keeps the tickets. Your hook revokes it; then full handshakes are tried until one is refused, for 30 seconds at most. Now a ticket is resumed, without and with the same request: served while a full handshake is refused, it is a finding. The identity is restored at the end, whatever happens.",
        Sources = ["RFC 8446, section 2.2", "RFC 8446, section 4.6.1", "RFC 5077, section 5.1"],
        Remedies = LimitResumption.All,
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

        if (await context.Oracle.LearnAsync(context.Own(revocable), cancellationToken).ConfigureAwait(false) is not BaselineResult.Learned { Baseline: var before })
        {
            return CheckResult.NotTested($"{revocable.Name} is not served before the revocation, so its refusal after it would prove nothing");
        }

        ImmutableArray<Held> held = [.. await Task.WhenAll(context.AskingVersions.Select(version => HoldAsync(context, before.Ask, version, cancellationToken))).ConfigureAwait(false)];
        if (held.All(one => one.Tickets.IsEmpty))
        {
            return held.Select(one => one.Trouble).FirstOrDefault(trouble => trouble is not null) is { } trouble
                ? CheckResult.NotTested($"whether the server gives tickets could not be seen: {trouble}")
                : CheckResult.NotApplicable("the server gives no tickets");
        }

        if (await hooks.RevokeAsync(cancellationToken).ConfigureAwait(false) is HookResult.Failed failed)
        {
            return CheckResult.NotTested($"the identity could not be revoked: {failed.Reason}");
        }

        try
        {
            return await AfterAsync(context, before, held, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            // The scan restores as well when it ends; others that need the identity must not wait for that.
            _ = await hooks.RestoreAsync(CancellationToken.None).ConfigureAwait(false);
        }
    }

    private static async Task<Held> HoldAsync(CheckContext context, Ask ask, TlsVersion version, CancellationToken cancellationToken)
    {
        LiveConnection live = await context.Transport.ConnectAsync(ask with { Version = version, Reusable = false }, cancellationToken).ConfigureAwait(false);
        await using (live.ConfigureAwait(false))
        {
            // TLS 1.3 sends its tickets after the handshake: reading an answer brings them.
            Exchange answered = await live.SendAsync(ask with { Reusable = false }, cancellationToken).ConfigureAwait(false);
            return new(version, live.Tickets, answered.Answer is null ? $"{Showing.Name(version)}: {answered.Summary}" : null);
        }
    }

    private async Task<CheckResult> AfterAsync(CheckContext context, Baseline before, ImmutableArray<Held> held, CancellationToken cancellationToken)
    {
        Verdict full = await RefusalAsync(context, before, cancellationToken).ConfigureAwait(false);
        if (full is not Verdict.Rejected)
        {
            return CheckResult.NotTested($"{s_patience.TotalSeconds:0} seconds after the hook a full handshake is still not refused ({full.Detail}): without that a ticket proves nothing");
        }

        List<ProbeResult> probes = [];
        foreach (Held one in held.Where(one => !one.Tickets.IsEmpty))
        {
            probes.Add(context.Keep(await ResumeAsync(context, before, full, one, cancellationToken).ConfigureAwait(false)));
        }

        // A version that was not seen to give tickets is no version without them.
        probes.AddRange(held.Where(one => one is { Tickets.IsEmpty: true, Trouble: not null }).Select(one => new ProbeResult(new Outcome.NotTested($"whether the server gives tickets could not be seen: {one.Trouble}"))));
        return new() { Probes = [.. probes] };
    }

    private static async Task<Verdict> RefusalAsync(CheckContext context, Baseline before, CancellationToken cancellationToken)
    {
        long start = context.Time.GetTimestamp();
        while (true)
        {
            Verdict now = context.Oracle.Classify(await context.Transport.ExchangeAsync(before.Ask with { Reusable = false, Title = "a full handshake after the revocation" }, cancellationToken).ConfigureAwait(false), before);
            if (now is Verdict.Rejected || context.Time.GetElapsedTime(start) > s_patience)
            {
                return now;
            }

            await Task.Delay(s_pause, context.Time, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<ProbeResult> ResumeAsync(CheckContext context, Baseline before, Verdict full, Held held, CancellationToken cancellationToken)
    {
        string identity = $"{before.Ask.Actor.Name}, revoked, by ticket ({Showing.Name(held.Version)})";
        List<Verdict> served = [];

        // A ticket of TLS 1.3 may be good for one use only; the older kind is not.
        foreach (SessionTicket ticket in held.Tickets.Length > 1 ? held.Tickets.Take(2) : [held.Tickets[0], held.Tickets[0]])
        {
            Ask ask = before.Ask with { Version = held.Version, Reusable = false, Title = identity, Script = script => script with { Resume = ticket } };
            Exchange exchange = await context.Transport.ExchangeAsync(ask, cancellationToken).ConfigureAwait(false);
            Verdict verdict = context.Oracle.Classify(exchange, before);
            if (verdict is not Verdict.Accepted)
            {
                Outcome other = verdict is Verdict.Rejected && served.Count == 0 ? new Outcome.Passed() : new Outcome.NotTested($"{identity}: {verdict.Detail}");
                return new(other) { Operation = context.Operation, Identity = identity };
            }

            served.Add(verdict);
        }

        Exchange again = await context.Transport.ExchangeAsync(before.Ask with { Reusable = false, Title = "a full handshake, again" }, cancellationToken).ConfigureAwait(false);
        bool stillRefused = context.Oracle.Classify(again, before) is Verdict.Rejected;
        Outcome outcome = stillRefused && served.All(one => one.Judged?.Session is { Resumed: true })
            ? new Outcome.Failed(new Flaw
            {
                Expected = "A session of the revoked certificate is not resumed, or is refused like a full handshake.",
                Observed = $"The ticket was served, twice ({served[0].Detail}), while full handshakes before and after it were refused ({full.Detail}).",
                Confidence = Confidence.Firm,
                Evidence = [before.First.ToEvidence("before the revocation"), .. full.ToEvidence() is { } refusal ? (Evidence[])[refusal] : [], .. served.Select(one => one.ToEvidence()).OfType<Evidence>()],
                Cause = Causes.RevokedTicketResumed,
            })
            : new Outcome.NotTested($"{identity}: it was served, but not by a resumed session alone");
        return new(outcome) { Operation = context.Operation, Identity = identity };
    }

    private sealed record Held(TlsVersion Version, ImmutableArray<SessionTicket> Tickets, string? Trouble);
}

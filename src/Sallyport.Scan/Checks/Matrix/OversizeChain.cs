using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Forge.Matrix;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Transport;

namespace Sallyport.Scan.Checks.Matrix;

/// <summary>MTLS-126: a hundred certificates in one message.</summary>
internal sealed class OversizeChain : Check
{
    // Long beside any refusal on a sound server, short beside what an attacker would be content with.
    private static readonly TimeSpan s_slow = TimeSpan.FromSeconds(1);
    private const int TimesSlower = 10;
    private const int Attempts = 5;

    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "MTLS-126",
        Title = "An oversize client chain wears the server out",
        Category = Category.MutualTls,
        Severity = Severity.Low,
        Variants =
        [
            new("flat", "a hundred unrelated certificates", Severity.Low),
            new("deep", "a chain of a hundred links", Severity.Low),
        ],
        Standards = new() { Cwe = [400], OwaspApi = ["API4:2023"], PciDss = ["6.2.4"], Asvs = ["12.1.3"] },
        Mode = ScanMode.Intrusive,
        Needs = [Need.Tls, Need.Identity, Need.CertificateRequested, Need.CertificateMatters],
        Why = "The client's certificates are read and verified before anybody knows who it is. A server without bounds parses them all, builds paths among them and verifies a signature for each; some path builders try every order. One connection of a stranger then costs what a thousand good ones do.",
        Impact = "A stranger without any credentials keeps the server busy, or ends it.",
        How = "A copy of the valid certificate of an unknown CA is sent once with 99 unrelated certificates behind it and once below 99 intermediates. A refusal about as fast as a usual exchange passes. A server that then no longer serves the valid identity, or twice needs ten times as long as a usual exchange and as one such certificate at the same time, and more than a second, is a finding.",
        Sources = ["RFC 8446, section 4.4.2", "RFC 5280, section 6.1", "CVE-2023-0464"],
        Remedies = LimitChain.All,
    };

    /// <inheritdoc/>
    public override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        List<TimeSpan> known = context.Oracle.Control is { } control ? [control.First.Duration, control.Second.Duration] : [];
        MatrixIdentity? rogue = context.Forged("MTLS-102").FirstOrDefault();
        if (rogue is not null
            && await context.ShowAsync(rogue, cancellationToken).ConfigureAwait(false) is { Judged: { } exchange })
        {
            known.Add(exchange.Duration);
        }

        // The quickest: what was slower was slow for reasons of its own.
        TimeSpan usual = known.DefaultIfEmpty(s_slow).Min();
        List<(ProbeResult Probe, MatrixCell Cell)> results = [];
        foreach (MatrixIdentity forged in context.Forged(Info.Id))
        {
            // One after the other: each is timed, and each could be the last that the server answers.
            results.Add(await OneAsync(context, forged, rogue, usual, cancellationToken).ConfigureAwait(false));
        }

        return results.Count == 0
            ? CheckResult.NotTested("no chain could be forged")
            : new() { Probes = [.. results.Select(one => one.Probe)], Matrix = [.. results.Select(one => one.Cell)] };
    }

    private async Task<(ProbeResult Probe, MatrixCell Cell)> OneAsync(CheckContext context, MatrixIdentity forged, MatrixIdentity? rogue, TimeSpan usual, CancellationToken cancellationToken)
    {
        if (!await context.Oracle.ControlStillHoldsAsync(cancellationToken).ConfigureAwait(false))
        {
            Verdict.Undecided gone = new($"{context.A.Name} was not served any more before it was sent");
            return (new(new Outcome.NotTested(gone.Reason)) { Variant = forged.Variant, Operation = context.Operation, Identity = forged.Description }, context.Cell(forged.Description, gone, Info.Id));
        }

        Verdict verdict = await context.ShowAsync(forged, cancellationToken, ScanMode.Intrusive).ConfigureAwait(false);
        bool alive = await IsAliveAsync(context, cancellationToken).ConfigureAwait(false);
        TimeSpan took = verdict.Judged?.Duration ?? TimeSpan.Zero;
        ImmutableArray<Evidence> evidence = [.. context.Controls(), .. verdict.ToEvidence(forged.Description) is { } shown ? (Evidence[])[shown] : []];
        Flaw flaw = new() { Expected = "The chain is refused about as fast as one certificate.", Observed = "", Confidence = Confidence.Firm, Evidence = evidence };
        Outcome outcome = verdict switch
        {
            _ when !alive => new Outcome.Failed(flaw with
            {
                Observed = $"After it ({verdict.Detail}) the valid identity {context.A.Name} was no longer served.",
                Severity = Severity.Medium,
                Confidence = Confidence.Suspect,
            }),
            Verdict.Accepted accepted => new Outcome.Failed(flaw with
            {
                Expected = $"Refused: {forged.Description}.",
                Observed = $"It got what {context.A.Name} gets, twice ({accepted.Detail}).",
                Confidence = context.ConfidenceOf(accepted),
                Cause = await context.IsUnverifiedAsync(cancellationToken).ConfigureAwait(false) ? Causes.CertificateNotVerified : Info.Id,
            }),
            _ when IsSlow(took) => await TimedAgainAsync().ConfigureAwait(false) switch
            {
                var (again, beside) when IsSlow(again) && again > beside * TimesSlower => new Outcome.Failed(flaw with
                {
                    Observed = $"It kept the server for {took.TotalSeconds:0.0} s, and again for {again.TotalSeconds:0.0} s, while one certificate took {beside.TotalMilliseconds:0} ms; a usual exchange takes {usual.TotalMilliseconds:0} ms.",
                }),
                // Then it is the server, or the way to it, that is slow.
                var (again, _) when IsSlow(again) => new Outcome.NotTested($"{forged.Description}: the server was slow, with one certificate too"),
                _ when verdict is Verdict.Rejected => new Outcome.Passed(),
                _ => new Outcome.NotTested($"{forged.Description}: {verdict.Detail}"),
            },
            Verdict.Rejected => new Outcome.Passed(),
            _ => new Outcome.NotTested($"{forged.Description}: {verdict.Detail}"),
        };
        ProbeResult probe = new(outcome) { Variant = forged.Variant, Operation = context.Operation, Identity = forged.Description };
        return (context.Keep(probe), context.Cell(forged.Description, verdict, Info.Id));

        bool IsSlow(TimeSpan time) => time > s_slow && time > usual * TimesSlower;

        // A slow network is slow once, and a busy server with everything: the chain must be what takes the time.
        async Task<(TimeSpan Again, TimeSpan Beside)> TimedAgainAsync()
        {
            TimeSpan before = await ShownAsync(context, rogue, cancellationToken).ConfigureAwait(false);
            TimeSpan again = await ShownAsync(context, forged, cancellationToken).ConfigureAwait(false);
            TimeSpan after = await ShownAsync(context, rogue, cancellationToken).ConfigureAwait(false);
            return (again, before > after ? before : after);
        }
    }

    // A connection is lost by chance now and then; a server that is worn out loses them all.
    private static async Task<bool> IsAliveAsync(CheckContext context, CancellationToken cancellationToken)
    {
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            if (await context.Oracle.ControlStillHoldsAsync(cancellationToken).ConfigureAwait(false))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>How long one showing takes; of no certificate when there is none to compare with.</summary>
    private static async Task<TimeSpan> ShownAsync(CheckContext context, MatrixIdentity? forged, CancellationToken cancellationToken)
    {
        Actor actor = forged is null ? Actor.Of(context.A).WithoutCertificate() : Actor.Of(context.A).With(forged);
        return (await context.Transport.ExchangeAsync(context.Shown(actor) with { Mode = ScanMode.Intrusive }, cancellationToken).ConfigureAwait(false)).Duration;
    }
}

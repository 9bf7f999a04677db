using System.Collections.Generic;
using System.Collections.Immutable;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Target;
using Sallyport.Scan.Transport;
using Sallyport.Tls.Http;

namespace Sallyport.Scan.Checks.Proxy;

/// <summary>Identity headers that a client sends: the same request with and without them, held against what the named identity gets.</summary>
internal abstract class HeaderCheck : Check
{
    /// <summary>Sends each family as somebody who is refused without it.</summary>
    /// <param name="context">The scan.</param>
    /// <param name="actor">Who sends it.</param>
    /// <param name="victim">Whom the headers name.</param>
    /// <param name="baseline">What the victim gets.</param>
    /// <param name="families">The families.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    protected async Task<ImmutableArray<ProbeResult>> TryAsync(
        CheckContext context, Actor actor, Identity victim, Baseline baseline, IEnumerable<IdentityHeaders.Family> families, CancellationToken cancellationToken)
    {
        Ask plain = baseline.Ask with { Title = $"{actor.Name} without such headers", Actor = actor, Pooled = true, Reusable = true };
        Verdict without = await context.Oracle.JudgeAgainstAsync(plain, baseline, cancellationToken).ConfigureAwait(false);
        if (without is Verdict.Accepted)
        {
            return [Probe(context, actor, new Outcome.NotApplicable($"{actor.Name} gets {victim.Name}'s answer without any header"))];
        }

        if (without is Verdict.Rejected { Where: not Reports.EnforcementPoint.Http })
        {
            return [Probe(context, actor, new Outcome.NotApplicable($"{actor.Name} is refused before any header is read ({without.Detail})"))];
        }

        if (!without.SaysNo && !await IsSteadyAsync(context, plain, without, baseline, cancellationToken).ConfigureAwait(false))
        {
            // A broken answer without the headers would make the usual one with them look like their work.
            return [Probe(context, actor, new Outcome.NotTested($"what {actor.Name} gets without any header is undecided: {without.Detail}"))];
        }

        List<ProbeResult> probes = [];
        foreach (IdentityHeaders.Family family in families)
        {
            Ask ask = plain with { Title = $"{actor.Name} with {family.Name} headers for {victim.Name}", Reusable = false, Request = With(baseline.Ask.Request ?? context.ProtectedRequest, family.Headers) };
            Verdict verdict = await context.Oracle.JudgeAgainstAsync(ask, baseline, cancellationToken).ConfigureAwait(false);
            if (verdict is Verdict.Accepted)
            {
                Verdict afterwards = await context.Oracle.JudgeAgainstAsync(plain with { Title = $"{plain.Title}, afterwards", Reusable = false }, baseline, cancellationToken).ConfigureAwait(false);
                if (!IsTheSame(without, afterwards))
                {
                    // The answer without them was another by chance, or for a while.
                    return [.. probes, Probe(context, actor, new Outcome.NotTested($"{actor.Name} without any header is not treated the same each time: {without.Detail}; after {family.Name} headers got {victim.Name}'s answer: {afterwards.Detail}"))];
                }
            }

            probes.Add(context.Keep(Probe(context, actor, verdict switch
            {
                Verdict.Accepted accepted => new Outcome.Failed(new Flaw
                {
                    Expected = $"{actor.Name} is treated the same with and without the headers.",
                    Observed = $"With {family.Name} headers that name {victim.Name}, it got what {victim.Name} gets ({accepted.Detail}); without them: {without.Detail}.",
                    Confidence = accepted.ByMarker ? Confidence.Confirmed : Confidence.Firm,
                    Evidence = [baseline.First.ToEvidence(), .. without.ToEvidence() is { } evidence ? [evidence] : (Evidence[])[], accepted.Exchange.ToEvidence()],
                    Replay = CurlLine.Of(ask, context.Request),
                    Cause = CauseOf(actor),
                }),
                // Treated as without the headers: whatever that is, the headers moved nothing.
                Verdict.Rejected => new Outcome.Passed(),
                Verdict.Undecided when without is Verdict.Undecided && IsTheSame(without, verdict) => new Outcome.Passed(),
                _ => new Outcome.NotTested($"{family.Name}: {verdict.Detail}"),
            })));
            if (verdict is Verdict.Accepted)
            {
                // One is enough: the same backend reads the others in the same place.
                break;
            }
        }

        return [.. probes];
    }

    /// <summary>The cause: one for whoever sends the headers as nobody, another as somebody else.</summary>
    /// <param name="actor">Who sent them.</param>
    protected virtual string CauseOf(Actor actor) => $"identity headers are believed from {actor.Name}";

    // Something else than the victim's answer, and the same again.
    private static async Task<bool> IsSteadyAsync(CheckContext context, Ask plain, Verdict without, Baseline baseline, CancellationToken cancellationToken)
    {
        Verdict again = await context.Oracle.JudgeAgainstAsync(plain with { Reusable = false }, baseline, cancellationToken).ConfigureAwait(false);
        return without.Judged?.Status is < 400 && again is Verdict.Undecided && IsTheSame(without, again);
    }

    // An answer that came once as the victim gets it is no other answer, whatever kept it from being confirmed: the server breaks, and not by the headers.
    private static bool IsTheSame(Verdict without, Verdict again) =>
        !without.WasAccepted && !again.WasAccepted && again.Judged?.Status is not null
        && ((without.SaysNo && again.SaysNo) || without.Judged?.Status == again.Judged.Status);

    private static RawHttpRequest With(RawHttpRequest request, ImmutableArray<HttpHeader> headers) => request with { Headers = [.. request.Headers, .. headers] };

    private static ProbeResult Probe(CheckContext context, Actor actor, Outcome outcome) => new(outcome) { Operation = context.Survey.ProtectedOperation?.Name, Identity = actor.Name };
}

using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Transport;
using Sallyport.Tls.Http;

namespace Sallyport.Scan.Oracle;

/// <summary>The oracle of one scan: sends through the transport, judges by <see cref="VerdictRules"/>, holds the controls.</summary>
/// <param name="transport">The way to the network.</param>
/// <param name="sibling">Makes a random text for the path that no API has.</param>
internal sealed class ControlOracle(IScanTransport transport, Func<string> sibling) : IOracle
{
    // A second is what limits count by; seven are the longest that a rule is worth waiting for.
    private static readonly ImmutableArray<TimeSpan> s_pauses = [TimeSpan.FromSeconds(0.3), TimeSpan.FromSeconds(0.7), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(4)];

    private readonly ConcurrentDictionary<Baseline, Coalesced> _controls = new(ReferenceEqualityComparer.Instance);
    private volatile bool _waitedInVain;

    /// <inheritdoc/>
    public Baseline? Control { get; set; }

    /// <inheritdoc/>
    public Task<Verdict> JudgeAsync(Ask ask, CancellationToken cancellationToken) => Control is { } control
        ? JudgeAgainstAsync(ask, control, cancellationToken)
        : Task.FromResult<Verdict>(new Verdict.Undecided("there is no control to compare with"));

    /// <inheritdoc/>
    public async Task<Verdict> JudgeAgainstAsync(Ask ask, Baseline baseline, CancellationToken cancellationToken)
    {
        ask = ask.Request is null ? ask with { Request = baseline.Ask.Request } : ask;
        Exchange first = await transport.ExchangeAsync(ask, cancellationToken).ConfigureAwait(false);
        Verdict verdict = VerdictRules.Judge(first, baseline);
        if (verdict is Verdict.Undecided && baseline.Markers.IsEmpty && first.Answer is { Status: >= 200 and < 300 } && await StillHoldsAsync(baseline, cancellationToken).ConfigureAwait(false))
        {
            // A rule of this scan may have changed the object since the control was asked last.
            verdict = VerdictRules.Judge(first, baseline);
        }

        if (verdict is Verdict.Rejected { Where: EnforcementPoint.Close } && !SilentRefusals.MayRepeat(ask))
        {
            // A connection can be lost by chance, and says nothing while it ends: it counts when it ends twice. What may be asked again without
            // a thought was so by the transport.
            Exchange repeated = await transport.ExchangeAsync(ask with { Reusable = false }, cancellationToken).ConfigureAwait(false);
            return VerdictRules.Judge(repeated, baseline) switch
            {
                Verdict.Rejected => verdict,
                var other => new Verdict.Undecided($"it was closed once, and the same again got: {repeated.Summary}", repeated) { AcceptedOnce = other is Verdict.Accepted },
            };
        }

        if (verdict is not Verdict.Accepted)
        {
            return verdict;
        }

        Exchange again = await transport.ExchangeAsync(ask with { Reusable = false }, cancellationToken).ConfigureAwait(false);
        if (VerdictRules.Judge(again, baseline) is not Verdict.Accepted)
        {
            return new Verdict.Undecided($"it was accepted once, and the same again got: {again.Summary}", again) { AcceptedOnce = true };
        }

        return await StillHoldsAsync(baseline, cancellationToken).ConfigureAwait(false)
            ? verdict
            : new Verdict.Undecided($"it was accepted, but the control request of {baseline.Ask.Actor.Name} no longer succeeded after it", first) { AcceptedOnce = true };
    }

    /// <inheritdoc/>
    public Verdict Classify(Exchange exchange, Baseline? baseline = null) => (baseline ?? Control) is { } known
        ? VerdictRules.Judge(exchange, known)
        : new Verdict.Undecided("there is no control to compare with", exchange);

    /// <inheritdoc/>
    public async Task<BaselineResult> LearnAsync(Ask ask, CancellationToken cancellationToken)
    {
        Exchange first = await transport.ExchangeAsync(ask, cancellationToken).ConfigureAwait(false);
        if (Unusable(first) is { } unusable)
        {
            return new BaselineResult.Failed(unusable, first);
        }

        Exchange second = await transport.ExchangeAsync(ask with { Reusable = false }, cancellationToken).ConfigureAwait(false);
        if (Unusable(second) is { } changed)
        {
            return new BaselineResult.Failed($"it succeeded once, and the same again: {changed}", second);
        }

        if (first.Answer is not { } one || second.Answer is not { } two || AnswerShape.Learn(one, two) is not { } shape)
        {
            return new BaselineResult.Failed("two identical requests got answers that have nothing in common", second);
        }

        ImmutableArray<string> texts = Markers.Candidates(ask, shape, one, two);
        Baseline baseline = new()
        {
            Ask = ask with { Request = ask.Request ?? new RawHttpRequest() },
            First = first,
            Second = second,
            Shape = shape,
            Markers = texts,
        };
        Exchange elsewhere = await transport.ExchangeAsync(Elsewhere(baseline.Ask), cancellationToken).ConfigureAwait(false);
        return elsewhere.Answer is { Status: >= 200 and < 300 } same && same.Status == one.Status && shape.Matches(same)
            ? new BaselineResult.Failed("a random path gets the same answer: whatever is asked, this server says the same", elsewhere)
            : new BaselineResult.Learned(baseline with { Own = Markers.Without(texts, [elsewhere]) });
    }

    /// <inheritdoc/>
    public async Task<bool> ControlStillHoldsAsync(CancellationToken cancellationToken) =>
        Control is { } control && await StillHoldsAsync(control, cancellationToken).ConfigureAwait(false);

    /// <summary>The same for a caller with time: callers within it share one request.</summary>
    /// <param name="patience">Completes when the request must be sent.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    public Task<bool> ControlStillHoldsAsync(Task patience, CancellationToken cancellationToken) =>
        Control is { } control ? Shared(control).AskAsync(patience, cancellationToken) : Task.FromResult(false);

    /// <inheritdoc/>
    public Task<bool> StillHoldsAsync(Baseline baseline, CancellationToken cancellationToken) =>
        Shared(baseline).AskAsync(cancellationToken);

    private Coalesced Shared(Baseline baseline) => _controls.GetOrAdd(baseline, b => new Coalesced(() => HoldsAsync(b)));

    /// <inheritdoc/>
    public Ask Elsewhere(Ask ask)
    {
        string target = ask.Request?.Target ?? "/";
        int query = target.IndexOf('?', StringComparison.Ordinal);
        string path = query < 0 ? target : target[..query];
        int last = path.LastIndexOf('/');
        string elsewhere = path[..(last + 1)] + sibling() + (query < 0 ? "" : target[query..]);
        return ask with { Title = "a random path", Request = ask.Request is { } request ? request with { Target = elsewhere } : null, Reusable = true };
    }

    private static string? Unusable(Exchange exchange) => exchange switch
    {
        { Answer: { BodyTruncated: true, Status: >= 200 and < 300 } } => exchange.Summary,
        { Answer: { Status: >= 200 and < 300 } answer } => VerdictRules.SaysDenied(AnswerShape.Text(answer)) && answer.Body.Length < 2048
            ? $"{exchange.Summary} with words of refusal"
            : null,
        { Withheld: { } withheld } => $"{exchange.Summary} (application credentials withheld: {withheld})",
        _ => exchange.Summary,
    };

    // The run is shared, so no single caller's cancel may end it; the transport's own time-outs bound it.
    private async Task<bool> HoldsAsync(Baseline baseline)
    {
        Exchange now = await PatientlyAsync(baseline.Ask with { Reusable = false, Title = $"control: {baseline.Ask.Actor.Name}" }).ConfigureAwait(false);
        if (VerdictRules.Judge(now, baseline) is Verdict.Accepted)
        {
            return true;
        }

        // Money was moved, or a field written, by a rule of this scan or by somebody else: what this identity gets is still its own, and no longer the same.
        if (!IsSameObject(baseline, now))
        {
            return false;
        }

        Exchange again = await transport.ExchangeAsync(now.Ask, CancellationToken.None).ConfigureAwait(false);
        if (!IsSameObject(baseline, again))
        {
            return false;
        }

        baseline.Shape.Loosen(baseline.First.Answer!, now.Answer!); // both have answers, or they were not the same object
        return VerdictRules.Judge(again, baseline) is Verdict.Accepted;
    }

    // A server that counts says so, and serves again after a while: what a rule spent, the next one must not pay for. Who never serves again is waited for once.
    private async Task<Exchange> PatientlyAsync(Ask ask)
    {
        Exchange now = await transport.ExchangeAsync(ask, CancellationToken.None).ConfigureAwait(false);
        foreach (TimeSpan pause in s_pauses)
        {
            if (!VerdictRules.Limits(now) || _waitedInVain)
            {
                return now;
            }

            await Task.Delay(pause).ConfigureAwait(false);
            now = await transport.ExchangeAsync(ask, CancellationToken.None).ConfigureAwait(false);
        }

        _waitedInVain |= VerdictRules.Limits(now);
        return now;
    }

    // A text that nobody has who was given something else, beside the same members.
    private static bool IsSameObject(Baseline baseline, Exchange now) =>
        now.Answer is { } answer && baseline.First.Answer is { } first && answer.Status == first.Status && AnswerShape.Text(answer) is var text
        && !VerdictRules.SaysDenied(text) && baseline.Own.Any(own => text.Contains(own, StringComparison.Ordinal)) && AnswerShape.Learn(first, answer) is not null;
}

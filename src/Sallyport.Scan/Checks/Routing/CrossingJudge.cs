using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Transport;
using Sallyport.Tls.Http;

namespace Sallyport.Scan.Checks.Routing;

/// <summary>Judges what a passage brought: the other name's content, and nothing else, is a proof.</summary>
internal static class CrossingJudge
{
    /// <summary>Tries a passage; when it leads through, <see cref="RepeatedAsync"/> holds the controls.</summary>
    /// <param name="context">The scan.</param>
    /// <param name="passage">The passage.</param>
    /// <param name="tryIt">Sends the probe once.</param>
    /// <param name="resuming">Whether the probe resumes a session: then only a resumed session proves anything.</param>
    /// <param name="proved">Whether another shape was proved on this passage already: then once is enough.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    public static Task<Crossing> JudgeAsync(
        CheckContext context, Passage passage, Func<CancellationToken, Task<Exchange>> tryIt, bool resuming, bool proved, CancellationToken cancellationToken) =>
        RepeatedAsync(
            context,
            passage,
            proved,
            async token => await OnceAsync(context, passage, await tryIt(token).ConfigureAwait(false), resuming, token).ConfigureAwait(false),
            cancellationToken);

    /// <summary>Tries; what leads through must do so twice, while the right identity is served and the full handshake still refuses.</summary>
    /// <param name="context">The scan.</param>
    /// <param name="passage">The passage.</param>
    /// <param name="proved">Whether another shape was proved on this passage already: then once is enough.</param>
    /// <param name="once">Sends the probe and judges it, once.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    public static async Task<Crossing> RepeatedAsync(
        CheckContext context, Passage passage, bool proved, Func<CancellationToken, Task<Crossing>> once, CancellationToken cancellationToken)
    {
        Crossing first = await once(cancellationToken).ConfigureAwait(false);
        if (first is not Crossing.Through through || proved)
        {
            return first;
        }

        Crossing again = await once(cancellationToken).ConfigureAwait(false);
        if (again is not Crossing.Through)
        {
            return new Crossing.Doubtful($"{passage}: it led through once, and the same again did not");
        }

        Exchange full = await context.Transport.ExchangeAsync(passage.To.Of(passage.Actor).Exchange.Ask with { Reusable = false }, cancellationToken).ConfigureAwait(false);
        if (VerdictRules.Refused(full) is null)
        {
            return new Crossing.Doubtful($"{passage}: it led through, but the full handshake that was refused before got: {full.Summary}");
        }

        bool holds = passage.To.Baseline is { } baseline
            ? await context.Oracle.StillHoldsAsync(baseline, cancellationToken).ConfigureAwait(false)
            : await context.Oracle.ControlStillHoldsAsync(cancellationToken).ConfigureAwait(false);
        return holds ? through : new Crossing.Doubtful($"{passage}: it led through, but the control request no longer succeeded after it");
    }

    private static async Task<Crossing> OnceAsync(CheckContext context, Passage passage, Exchange exchange, bool resuming, CancellationToken cancellationToken)
    {
        if (VerdictRules.Refused(exchange) is { } refused)
        {
            return await RefusedAsync(context, passage, refused, exchange, cancellationToken).ConfigureAwait(false);
        }

        if (exchange.Opening is Opening.Alerted && resuming)
        {
            // The same hello without the ticket goes on to the certificate: the alert answers the ticket.
            return new Crossing.Stopped(exchange);
        }

        if (exchange.Answer is not { Status: >= 200 and < 300 } answer)
        {
            return new Crossing.Doubtful($"{passage}: {exchange.Summary}");
        }

        if (resuming && exchange.Session is not { Resumed: true })
        {
            return new Crossing.Doubtful($"{passage}: {exchange.Summary} in a full handshake that was refused before");
        }

        return await ServedAsync(context, passage, exchange, answer, resuming, cancellationToken).ConfigureAwait(false);
    }

    // The application may refuse this actor this resource everywhere: then its refusal here says nothing of names.
    private static async Task<Crossing> RefusedAsync(
        CheckContext context, Passage passage, Verdict.Rejected refused, Exchange exchange, CancellationToken cancellationToken)
    {
        if (refused is not { Where: EnforcementPoint.Http, Status: 401 or 403 } || passage.From == passage.To)
        {
            return new Crossing.Stopped(exchange);
        }

        Treatment home = await NameSurvey.TreatAsync(context, passage.From, passage.Actor, passage.Request, cancellationToken).ConfigureAwait(false);
        return home.Exchange.Status == refused.Status
            ? new Crossing.Doubtful(
                $"{passage}: {exchange.Summary}, which it gets for {passage.Request.Target} at {passage.From.Name} too",
                $"an operation that {passage.Actor.Name} may call at {passage.From.Name}: --protected 'GET /path' (operations.protected)")
            : new Crossing.Stopped(exchange);
    }

    private static async Task<Crossing> ServedAsync(
        CheckContext context, Passage passage, Exchange exchange, HttpAnswer answer, bool resuming, CancellationToken cancellationToken)
    {
        bool same = passage.From == passage.To;
        Exchange? home = same ? null : (await NameSurvey.TreatAsync(context, passage.From, passage.Actor, passage.Request, cancellationToken).ConfigureAwait(false)).Exchange;
        Exchange? unknown = same || resuming
            ? null
            : await context.Names.UnknownHostAsync(context, passage.From, passage.Actor, passage.Request, cancellationToken).ConfigureAwait(false);
        if (passage.To.Baseline is { } baseline)
        {
            return VerdictRules.Judge(exchange, baseline) switch
            {
                Verdict.Accepted when resuming && Like(home) => new Crossing.Through(
                    exchange, Confidence.Suspect, Severity.High, $"{exchange.Summary} where the full handshake is refused; {passage.From.Name} gives the same answer"),
                Verdict.Accepted when Like(home) || Like(unknown) => new Crossing.Doubtful(
                    $"{passage}: {exchange.Summary}, but what {passage.To.Name} answers is also what {(Like(home) ? passage.From.Name : "a Host of nobody")} answers", Distinct(passage)),
                Verdict.Accepted accepted => new Crossing.Through(
                    exchange, accepted.ByMarker ? Confidence.Confirmed : Confidence.Firm, null, $"{exchange.Summary}, the answer that {baseline.Ask.Actor.Name} gets there"),
                _ when Equal(home, answer) || Equal(unknown, answer) || (Resembles(home, answer) && !Resembles(baseline.First, answer)) => new Crossing.Stopped(exchange),
                var doubt => new Crossing.Doubtful($"{passage}: {doubt.Detail}"),
            };

            bool Like(Exchange? other) => other is not null && VerdictRules.Judge(other, baseline) is Verdict.Accepted;
        }

        bool elsewhere = Similar(home, answer) || Similar(unknown, answer);
        return elsewhere || VerdictRules.SaysDenied(AnswerShape.Text(answer))
            ? new Crossing.Doubtful($"{passage}: {exchange.Summary}, and what {passage.To.Name} answers to the right identity is not known", Known(passage))
            : new Crossing.Through(
                exchange, Confidence.Firm, Severity.High, $"{exchange.Summary}, which is neither the answer of {passage.From.Name} nor that to a Host of nobody");
    }

    private static bool Equal(Exchange? other, HttpAnswer answer) =>
        other?.Answer is { } known && known.Status == answer.Status && known.Body.Span.SequenceEqual(answer.Body.Span);

    // Without a baseline nobody knows what changes from call to call: whatever has a part in common counts as the same.
    private static bool Similar(Exchange? other, HttpAnswer answer) =>
        other?.Answer is { } known && known.Status == answer.Status && (Equal(other, answer) || AnswerShape.Learn(known, answer) is not null);

    // Has a text in common, at the same place.
    private static bool Resembles(Exchange? other, HttpAnswer answer) => other?.Answer is { } known
        && known.Status == answer.Status && AnswerShape.Learn(known, answer) is { } shape && shape.StableTexts.Any(text => !string.IsNullOrWhiteSpace(text));

    private static string Distinct(Passage passage) => $"an operation that {passage.From.Name} and {passage.To.Name} answer differently: --protected 'GET /path' (operations.protected)";

    private static string Known(Passage passage) => $"an identity that {passage.To.Name} lets in: --identity NAME=cert.pem,key.pem (identities)";
}

using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Transport;
using Sallyport.Tls.Client;
using Sallyport.Tls.Http;

namespace Sallyport.Scan.Checks.Routing;

/// <summary>Asks a protected name by a hello of odd shape, as someone whom the usual hello gets refused.</summary>
internal static class HelloPassage
{
    /// <summary>Runs the shapes on the target; the other names are targets of scans of their own.</summary>
    /// <param name="context">The scan.</param>
    /// <param name="shapes">The shapes for a name and an actor: words for the report, and the change of the usual ask.</param>
    /// <param name="expected">What a safe server does.</param>
    /// <param name="notAskedIsThrough">Whether a handshake that no longer asks for a certificate is a finding of its own.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    public static async Task<CheckResult> RunAsync(
        CheckContext context,
        Func<NamedSite, Actor, ImmutableArray<NamedSite>, IEnumerable<(string Name, Func<Ask, Ask> Change)>> shapes,
        string expected,
        bool notAskedIsThrough,
        CancellationToken cancellationToken)
    {
        NamedSite target = await context.Names.TargetAsync(context, cancellationToken).ConfigureAwait(false);
        ImmutableArray<NamedSite> others = await context.Names.OthersAsync(context, cancellationToken).ConfigureAwait(false);
        List<ProbeResult> probes = [];
        foreach (Passage passage in Ways(target))
        {
            List<(string, Crossing Crossing)> tries = [];
            foreach ((string name, Func<Ask, Ask> change) in shapes(passage.To, passage.Actor, [target, .. others]))
            {
                Ask ask = change(new() { Title = $"{passage.Actor.Name} at {passage.To.Name}, {name}", Route = passage.To.Route, Actor = passage.Actor, Request = passage.Request });
                int asked = 0;
                tries.Add((name, await CrossingJudge.RepeatedAsync(
                    context,
                    passage,
                    tries.Any(t => t.Crossing is Crossing.Through),
                    token => OnceAsync(context, passage, [target, .. others], ask with { Reusable = asked++ == 0 }, notAskedIsThrough, token),
                    cancellationToken).ConfigureAwait(false)));
                Crossings.Keep(context, passage, tries, expected, cause: null);
            }

            if (tries.Count > 0)
            {
                probes.Add(Crossings.Probe(context, passage, tries, expected, cause: null));
            }
        }

        return probes.Count > 0
            ? new() { Probes = [.. probes] }
            : target.Treatments[0] switch
            {
                { Served: true } => CheckResult.NotApplicable("a client without a certificate is served in the usual way too"),
                { Refusal: null, Exchange.Summary: var summary } => CheckResult.NotTested($"whether a client without a certificate is refused is undecided: {summary}"),
                _ => CheckResult.NotApplicable("the target is an address: there is no name to write in another way"),
            };
    }

    // Nobody and one identity that the name refuses: they may fall into different policies.
    private static IEnumerable<Passage> Ways(NamedSite site) => site.Treatments
        .Where(t => t.RefusedByPolicy)
        .GroupBy(t => t.Actor.Credential is null)
        .Select(kind => new Passage(site, site, kind.First().Actor));

    private static async Task<Crossing> OnceAsync(
        CheckContext context, Passage passage, ImmutableArray<NamedSite> sites, Ask ask, bool notAskedIsThrough, CancellationToken cancellationToken)
    {
        Exchange exchange = await context.SteadyAsync(ask, cancellationToken).ConfigureAwait(false);
        Verdict? judged = passage.To.Baseline is { } known ? VerdictRules.Judge(exchange, known) : null;
        if (judged is Verdict.Accepted accepted && passage.To.Baseline is { } baseline)
        {
            return OpenElsewhere(passage, sites, baseline) is { } open
                ? new Crossing.Doubtful(
                    $"{exchange.Summary}, but {open} gives {passage.Actor.Name} the same answer", "an operation that the names answer differently: --protected 'GET /path' (operations.protected)")
                : new Crossing.Through(
                    exchange, accepted.ByMarker ? Confidence.Confirmed : Confidence.Firm, null, $"{exchange.Summary}, the answer that {baseline.Ask.Actor.Name} gets");
        }

        if (notAskedIsThrough && WasAsked(passage.To.Of(passage.Actor).Exchange) && NotAsked(exchange))
        {
            return new Crossing.Through(
                exchange, Confidence.Firm, Severity.Medium, $"no certificate is asked for any more, though its content is not given ({exchange.Summary}): the handshake followed another policy");
        }

        if (exchange.Answer is { Status: >= 200 and < 300 } answer)
        {
            return await ElsewhereAsync(context, exchange, answer, judged?.Detail ?? exchange.Summary, cancellationToken).ConfigureAwait(false);
        }

        return (exchange.Opening, VerdictRules.Refused(exchange)) switch
        {
            (_, { Where: EnforcementPoint.Http, Status: 401 or 403 }) when passage.Actor.Credential is not null =>
                new Crossing.Doubtful($"{exchange.Summary} from the application, where the usual handshake is refused before it"),
            (_, not null) => new Crossing.Stopped(exchange),

            // Whoever does not take the odd hello lets nobody in by it.
            (Opening.Alerted or Opening.Closed, _) => new Crossing.Stopped(exchange),
            _ => new Crossing.Doubtful(exchange.Summary),
        };
    }

    private static string? OpenElsewhere(Passage passage, ImmutableArray<NamedSite> sites, Baseline baseline) => sites
        .Where(site => site != passage.To && site.Treatments.Any(t => t.Actor == passage.Actor && VerdictRules.Judge(t.Exchange, baseline) is Verdict.Accepted))
        .Select(site => site.Name).FirstOrDefault();

    // What a Host of nobody gets by the same hello is the default's content, not the name's.
    private static async Task<Crossing> ElsewhereAsync(
        CheckContext context, Exchange exchange, HttpAnswer answer, string doubt, CancellationToken cancellationToken)
    {
        Ask ask = exchange.Ask with
        {
            Title = $"{exchange.Ask.Title}, a Host of nobody",
            Route = exchange.Ask.Route.WithHost($"sallyport-{Guid.NewGuid():N}.invalid"),
            Request = exchange.Ask.Request is { } request ? request with { Host = null } : null,
        };
        Exchange unknown = await context.Transport.ExchangeAsync(ask, cancellationToken).ConfigureAwait(false);
        return unknown.Answer is { } other && other.Status == answer.Status && other.Body.Span.SequenceEqual(answer.Body.Span)
            ? new Crossing.Stopped(exchange)
            : new Crossing.Doubtful(doubt);
    }

    private static bool WasAsked(Exchange exchange) => exchange.Session is { CertificateRequest: not null }
        || exchange.Transcript?.Entries.Any(e => e is { Direction: TranscriptDirection.Received, Message: "CertificateRequest" }) == true;

    private static bool NotAsked(Exchange exchange) => exchange.Session is { CertificateRequested: false, Resumed: false } && exchange.Http is not null;
}

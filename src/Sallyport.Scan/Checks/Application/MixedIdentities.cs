using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Target;
using Sallyport.Scan.Transport;

namespace Sallyport.Scan.Checks.Application;

/// <summary>MTLS-304: whether two identities that ask at the same time are told apart on every answer.</summary>
internal sealed class MixedIdentities : Check
{
    private const int Rounds = 8;

    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "MTLS-304",
        Title = "Answers of two identities are mixed up",
        Category = Category.MutualTls,
        Severity = Severity.Critical,
        Standards = new() { Cwe = [488, 362], OwaspApi = ["API1:2023", "API2:2023"], PciDss = ["7.2.1"], Asvs = ["15.4.1"] },
        Needs = [Need.Tls, Need.Identity, Need.SecondIdentity],
        Why = "A proxy pools its connections to the backend, and an application may keep the caller in a place that outlives the request. When either ties the identity "
            + "to a connection instead of a request, one client is served as another as soon as both are busy.",
        Impact = "One client reads, and acts on, another client's data, without doing anything wrong itself.",
        How = "Two valid identities each keep a connection and ask for their own resource at the same time, eight rounds over HTTP/1.1 and eight over HTTP/2 when it is offered. "
            + "Only the other's marker in an answer, which is absent from every answer of one's own, proves a mix-up.",
        Sources = ["CWE-488", "RFC 9113, section 8.8 (intermediaries)", "curl CVE-2016-5420 (connections shared between identities)"],
        Remedies = MapIdentity.All,
    };

    /// <inheritdoc/>
    /// <remarks>It holds two connections open: on a server that takes one at a time, every other check would time out meanwhile.</remarks>
    public override bool RunsAlone => true;

    /// <inheritdoc/>
    public override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        if (context.Oracle.Control is not { Markers.IsEmpty: false } a || context.Survey.ControlOfB is not { Markers.IsEmpty: false } b)
        {
            return CheckResult.NotTested(
                "there is no marker that only one of the two identities is shown",
                "identities.NAME.values for both, so that each asks for its own resource",
                "an operation that answers each of them differently");
        }

        if (EndsWithItsAnswer(a.First) && !context.Survey.Http2)
        {
            // Two connections held open at once would also keep a server of one at a time from ever answering the second.
            return CheckResult.NotTested("the server ends every connection with its answer: nothing can be interleaved over one");
        }

        List<ProbeResult> probes = [context.Keep(await InterleaveAsync(context, a, b, HttpFlavor.Http1, cancellationToken).ConfigureAwait(false))];
        if (context.Survey.Http2)
        {
            probes.Add(await InterleaveAsync(context, a, b, HttpFlavor.Http2, cancellationToken).ConfigureAwait(false));
        }

        return new() { Probes = [.. probes] };
    }

    // RFC 9112, section 9.3.
    private static bool EndsWithItsAnswer(Exchange exchange) => exchange.Answer is { } answer
        && (answer.Version == "HTTP/1.0"
            ? answer.Header("connection")?.Contains("keep-alive", StringComparison.OrdinalIgnoreCase) != true
            : answer.Header("connection")?.Contains("close", StringComparison.OrdinalIgnoreCase) == true);

    private static async Task<ProbeResult> InterleaveAsync(CheckContext context, Baseline a, Baseline b, HttpFlavor http, CancellationToken cancellationToken)
    {
        string name = http == HttpFlavor.Http2 ? "HTTP/2" : "HTTP/1.1";
        List<Exchange> seen = [];
        (Exchange Exchange, Identity Victim)? foreign = await RoundsAsync(context, a, b, http, seen, cancellationToken).ConfigureAwait(false);
        string pair = $"{context.A.Name} and {context.B.Name}";
        if (foreign is { } mixed)
        {
            return new(new Outcome.Failed(new Flaw
            {
                Expected = "Each identity gets its own answers, however many ask at once.",
                Observed = $"Over {name}, {mixed.Exchange.Ask.Actor.Name} got an answer with the marker of {mixed.Victim.Name}.",
                Confidence = Confidence.Confirmed,
                Evidence = [a.First.ToEvidence(), b.First.ToEvidence(), mixed.Exchange.ToEvidence("the answer with the other's marker")],
                Cause = Causes.IdentitiesMixed,
            }))
            { Identity = pair };
        }

        // One identity answered alone shows nothing: only a round that answered both was interleaved.
        int answered = seen.Count(exchange => exchange.Status is >= 200 and < 300);
        int rounds = seen.Chunk(2).Count(round => round.All(exchange => exchange.Status is >= 200 and < 300));
        return new(rounds >= Rounds / 2
            ? new Outcome.Passed()
            : new Outcome.NotTested($"over {name} only {answered} of {2 * Rounds} interleaved requests were answered: {seen.LastOrDefault()?.Summary ?? "none was sent"}"))
        { Identity = pair };
    }

    /// <summary>Both ask in every round at the same time, each over a connection of its own; ends with the first answer that holds the other's marker.</summary>
    private static async Task<(Exchange Exchange, Identity Victim)?> RoundsAsync(
        CheckContext context, Baseline a, Baseline b, HttpFlavor http, List<Exchange> seen, CancellationToken cancellationToken)
    {
        Ask askA = a.Ask with { Http = http, Reusable = false, Title = $"{context.A.Name}, interleaved" };
        Ask askB = b.Ask with { Http = http, Reusable = false, Title = $"{context.B.Name}, interleaved" };
        LiveConnection ofA = await context.Transport.ConnectAsync(askA, cancellationToken).ConfigureAwait(false);
        await using (ofA.ConfigureAwait(false))
        {
            LiveConnection ofB = await context.Transport.ConnectAsync(askB, cancellationToken).ConfigureAwait(false);
            await using (ofB.ConfigureAwait(false))
            {
                for (int round = 0; round < Rounds && ofA.CanSend && ofB.CanSend; round++)
                {
                    Exchange[] pair = await Task.WhenAll(ofA.SendAsync(askA, cancellationToken), ofB.SendAsync(askB, cancellationToken)).ConfigureAwait(false);
                    seen.AddRange(pair);
                    if (context.Oracle.Classify(pair[0], b) is Verdict.Accepted { ByMarker: true })
                    {
                        return (pair[0], context.B);
                    }

                    if (context.Oracle.Classify(pair[1], a) is Verdict.Accepted { ByMarker: true })
                    {
                        return (pair[1], context.A);
                    }
                }
            }
        }

        return null;
    }
}

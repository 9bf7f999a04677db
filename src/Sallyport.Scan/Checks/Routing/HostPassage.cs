using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Transport;

namespace Sallyport.Scan.Checks.Routing;

/// <summary>Asks a connection of one name for another name's content.</summary>
internal static class HostPassage
{
    /// <summary>What a safe server does.</summary>
    public const string Expected = "A request for another name than the handshake's is answered 421, or gets the content of the handshake's name only.";

    /// <summary>Runs the shapes on every passage between the target and the other names.</summary>
    /// <param name="context">The scan.</param>
    /// <param name="shapes">The shapes: words for the report, and how one is sent.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    public static async Task<CheckResult> RunAsync(
        CheckContext context, ImmutableArray<(string Name, Func<Passage, CancellationToken, Task<Exchange>> Send)> shapes, CancellationToken cancellationToken)
    {
        NamedSite target = await context.Names.TargetAsync(context, cancellationToken).ConfigureAwait(false);
        List<ProbeResult> probes = [];
        foreach (NamedSite other in await context.Names.OthersAsync(context, cancellationToken).ConfigureAwait(false))
        {
            ImmutableArray<Passage> passages = Chosen(Passage.Between(target, other));
            foreach (Passage passage in passages)
            {
                List<(string, Crossing Crossing)> tries = [];
                foreach ((string name, Func<Passage, CancellationToken, Task<Exchange>> send) in shapes)
                {
                    bool proved = tries.Any(t => t.Crossing is Crossing.Through);
                    tries.Add((name, await CrossingJudge.JudgeAsync(context, passage, token => send(passage, token), resuming: false, proved, cancellationToken).ConfigureAwait(false)));
                    Crossings.Keep(context, passage, tries, Expected, Causes.HostNotBound);
                }

                probes.Add(Crossings.Probe(context, passage, tries, Expected, Causes.HostNotBound));
            }

            if (passages.IsEmpty)
            {
                probes.Add(NoPassage.Of(context, target, other));
            }
        }

        return new() { Probes = [.. probes] };
    }

    /// <summary>The ask of a passage: its start's name in the handshake, its end's in Host.</summary>
    /// <param name="passage">The passage.</param>
    /// <param name="http">Which HTTP.</param>
    public static Ask Ask(Passage passage, HttpFlavor http) => new()
    {
        Title = $"{passage.Actor.Name} at {passage.From.Name}, asking for {passage.To.Name}",
        Route = passage.From.Route.WithHost(passage.To.Route.Host),
        Actor = passage.Actor,
        Request = passage.Request,
        Http = http,
    };

    // One actor a direction: nobody when nobody is let in somewhere, for that needs least; else the first identity.
    private static ImmutableArray<Passage> Chosen(ImmutableArray<Passage> passages) =>
        [.. passages.GroupBy(p => p.From.Name, StringComparer.Ordinal).Select(way => way.OrderBy(p => p.Actor.Credential is null ? 0 : 1).First())];
}

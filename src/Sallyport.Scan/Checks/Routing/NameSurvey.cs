using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Target;
using Sallyport.Scan.Transport;
using Sallyport.Tls.Http;

namespace Sallyport.Scan.Checks.Routing;

/// <summary>Finds out, once a scan, how each name of the address treats the user's identities.</summary>
internal sealed class NameSurvey
{
    private const int MaxNames = 4;
    private const int MaxOthers = 2;
    private readonly ConcurrentDictionary<string, Lazy<Task<NamedSite>>> _sites = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Lazy<Task<Exchange>>> _unknown = new(StringComparer.Ordinal);

    /// <summary>Who the probes are: nobody, A, and up to two further valid identities with certificates.</summary>
    /// <param name="context">The scan, with an identity A.</param>
    public static ImmutableArray<Actor> Actors(CheckContext context) =>
    [
        Actor.Of(context.A).WithoutCertificate(),
        Actor.Of(context.A),
        .. context.Request.Identities
            .Where(i => i is { State: IdentityState.Valid, HasCertificate: true } && i != context.A)
            .Take(MaxOthers).Select(Actor.Of),
    ];

    /// <summary>The target itself.</summary>
    /// <param name="context">The scan, with an identity A and a control.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    public Task<NamedSite> TargetAsync(CheckContext context, CancellationToken cancellationToken) =>
        _sites.GetOrAdd("", _ => new(() => TargetOnceAsync(context, cancellationToken))).Value;

    /// <summary>The other names, at most four.</summary>
    /// <param name="context">The scan, with an identity A and a control.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    public async Task<ImmutableArray<NamedSite>> OthersAsync(CheckContext context, CancellationToken cancellationToken)
    {
        List<NamedSite> sites = [];
        foreach (string name in context.Survey.OtherNames.Take(MaxNames))
        {
            sites.Add(await _sites.GetOrAdd(name, n => new(() => OtherOnceAsync(context, n, cancellationToken))).Value.ConfigureAwait(false));
        }

        return [.. sites];
    }

    /// <summary>What an actor gets under a name for a Host that no server has.</summary>
    /// <param name="context">The scan.</param>
    /// <param name="site">The name of the handshake.</param>
    /// <param name="actor">Who asks.</param>
    /// <param name="request">What is asked.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    public Task<Exchange> UnknownHostAsync(CheckContext context, NamedSite site, Actor actor, RawHttpRequest request, CancellationToken cancellationToken) =>
        _unknown.GetOrAdd($"{site.Name} {actor.Name} {request.Target}", _ => new(() => context.Transport.ExchangeAsync(
            new()
            {
                Title = $"{actor.Name} at {site.Name}, a Host of nobody",
                Route = site.Route.WithHost($"sallyport-{Guid.NewGuid():N}.invalid"),
                Actor = actor,
                Request = request,
            },
            cancellationToken))).Value;

    /// <summary>What an actor gets under a name, in handshake and Host, for a request.</summary>
    /// <param name="context">The scan.</param>
    /// <param name="site">The name.</param>
    /// <param name="actor">Who asks.</param>
    /// <param name="request">What is asked.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    public static async Task<Treatment> TreatAsync(CheckContext context, NamedSite site, Actor actor, RawHttpRequest request, CancellationToken cancellationToken) =>
        request == site.Request ? site.Of(actor) : await AskAsync(context, site.Name, site.Route, actor, request, cancellationToken).ConfigureAwait(false);

    private static async Task<Treatment> AskAsync(
        CheckContext context, string name, Route route, Actor actor, RawHttpRequest request, CancellationToken cancellationToken)
    {
        Ask ask = new() { Title = $"{actor.Name} at {name}", Route = route, Actor = actor, Request = request, Reusable = true };
        return new(actor, await context.SteadyAsync(ask, cancellationToken).ConfigureAwait(false));
    }

    private static async Task<NamedSite> TargetOnceAsync(CheckContext context, CancellationToken cancellationToken)
    {
        RawHttpRequest request = context.ProtectedRequest;
        ImmutableArray<Actor> actors = Actors(context);
        List<Treatment> treatments = [];
        foreach (Actor actor in actors)
        {
            Exchange? known = actor == actors[0]
                ? context.Survey.Handshakes.FirstOrDefault(h => h.Offered == true)?.Nobody
                : actor == actors[1] ? context.Oracle.Control?.First : null;
            treatments.Add(known is not null && known.Ask.Request?.Target == request.Target
                ? new(actor, known)
                : await AskAsync(context, context.Request.Target.Host, context.Route, actor, request, cancellationToken).ConfigureAwait(false));
        }

        return new()
        {
            Name = context.Request.Target.Host,
            Route = context.Route,
            Request = request,
            Baseline = context.Oracle.Control,
            Treatments = [.. treatments],
        };
    }

    private async Task<NamedSite> OtherOnceAsync(CheckContext context, string name, CancellationToken cancellationToken)
    {
        Route route = context.Route.Named(name);
        RawHttpRequest request = context.ProtectedRequest;
        ImmutableArray<Actor> actors = Actors(context);
        ImmutableArray<Treatment> treatments = await TreatAllAsync(request).ConfigureAwait(false);
        if (treatments.All(t => !t.Served))
        {
            // Another name may hold another identity's resource: ask for the one's who gets as far as an answer.
            foreach (Treatment stranger in treatments.Where(t => t is { HoldsSession: true, Actor.Credential: not null }))
            {
                if (context.Survey.ProtectedOperation is { } operation && stranger.Actor.Application is { } owner
                    && context.RequestFor(operation, owner) is { } own && own.Target != request.Target
                    && (await AskAsync(context, name, route, stranger.Actor, own, cancellationToken).ConfigureAwait(false)).Served)
                {
                    request = own;
                    treatments = await TreatAllAsync(own).ConfigureAwait(false);
                    break;
                }
            }
        }

        // What the right one gets there matters only where somebody has a way to try.
        NamedSite site = new() { Name = name, Route = route, Request = request, Treatments = treatments };
        NamedSite target = await TargetAsync(context, cancellationToken).ConfigureAwait(false);
        if (!Passage.Between(target, site).IsEmpty && treatments.FirstOrDefault(t => t is { Served: true, Actor.Credential: not null }) is { } let)
        {
            Ask ask = new() { Title = $"control: {let.Actor.Name} at {name}", Route = route, Actor = let.Actor, Request = request, Reusable = true };
            return site with { Baseline = (await context.Oracle.LearnAsync(ask, cancellationToken).ConfigureAwait(false) as BaselineResult.Learned)?.Baseline };
        }

        return site;

        async Task<ImmutableArray<Treatment>> TreatAllAsync(RawHttpRequest asked)
        {
            List<Treatment> all = [];
            foreach (Actor actor in actors)
            {
                all.Add(await AskAsync(context, name, route, actor, asked, cancellationToken).ConfigureAwait(false));
            }

            return [.. all];
        }
    }
}

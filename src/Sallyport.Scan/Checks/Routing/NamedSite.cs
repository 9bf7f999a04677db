using System.Collections.Immutable;
using System.Linq;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Transport;
using Sallyport.Tls.Http;

namespace Sallyport.Scan.Checks.Routing;

/// <summary>One name of the target's address: who is let in there, and what the right one gets.</summary>
internal sealed record NamedSite
{
    /// <summary>The name.</summary>
    public required string Name { get; init; }

    /// <summary>The usual way to it: its name in the handshake and in Host.</summary>
    public required Route Route { get; init; }

    /// <summary>The request that it is asked.</summary>
    public required RawHttpRequest Request { get; init; }

    /// <summary>What an identity gets that the name lets in; <c>null</c> when none of the user's is, so that the name's content is unknown.</summary>
    public Baseline? Baseline { get; init; }

    /// <summary>The actors and how they are treated: nobody first, then A, then the other identities.</summary>
    public required ImmutableArray<Treatment> Treatments { get; init; }

    /// <summary>How an actor is treated.</summary>
    /// <param name="actor">One of the scan's actors.</param>
    public Treatment Of(Actor actor) => Treatments.First(t => t.Actor == actor);

    /// <summary>Whether nobody's full handshake is refused.</summary>
    public bool IsProtected => Treatments[0].RefusedByPolicy;
}

using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Sallyport.Scan.Transport;
using Sallyport.Tls.Http;

namespace Sallyport.Scan.Checks.Routing;

/// <summary>A way to be tried: an actor with a session of one name goes for another name, whose full handshake refuses it.</summary>
/// <param name="From">Where the actor holds a session.</param>
/// <param name="To">What refuses it.</param>
/// <param name="Actor">Who.</param>
internal sealed record Passage(NamedSite From, NamedSite To, Actor Actor)
{
    /// <summary>The request whose answer shows that the other name was reached.</summary>
    public RawHttpRequest Request => To.Request;

    /// <summary>What evidence calls it.</summary>
    public override string ToString() => $"{Actor.Name}, from {From.Name} to {To.Name}";

    /// <summary>All ways between the target and one other name, both directions.</summary>
    /// <param name="target">The target.</param>
    /// <param name="other">The other name.</param>
    public static ImmutableArray<Passage> Between(NamedSite target, NamedSite other) => [.. Ways(target, other), .. Ways(other, target)];

    /// <summary>Whether two names show no difference in whom they let in: the same are served and refused, and both name the same authorities.</summary>
    /// <param name="target">The target.</param>
    /// <param name="other">The other name.</param>
    public static bool Alike(NamedSite target, NamedSite other) =>
        target.Treatments.Any(t => t.Served)
        && target.Treatments.All(t => other.Of(t.Actor) is var there && (t.Served, t.RefusedByPolicy) == (there.Served, there.RefusedByPolicy))
        && Authorities(target) is { } here && Authorities(other) is { } others && here.SetEquals(others);

    private static IEnumerable<Passage> Ways(NamedSite from, NamedSite to) =>
        to.Treatments.Where(t => t.RefusedByPolicy && from.Of(t.Actor).HoldsSession).Select(t => new Passage(from, to, t.Actor));

    private static HashSet<string>? Authorities(NamedSite site) => site.Treatments
        .Select(t => t.Exchange.Session?.CertificateRequest).FirstOrDefault(r => r is not null) is { } request
            ? [.. request.AuthorityNames.Select(name => System.Convert.ToHexString(name.AsSpan()))]
            : null;
}

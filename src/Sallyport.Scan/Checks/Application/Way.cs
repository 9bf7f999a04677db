using System.Collections.Generic;
using System.Linq;
using Sallyport.Scan.Target;
using Sallyport.Scan.Transport;
using Sallyport.Tls.Http;

namespace Sallyport.Scan.Checks.Application;

/// <summary>One way to the same operations: a place, a name in the handshake, and an HTTP version.</summary>
/// <param name="Name">What the report calls it.</param>
/// <param name="Route">Where and under which names.</param>
/// <param name="Http">Which HTTP.</param>
/// <param name="IsUsual">Whether it goes by the target's own name at its own place: the valid identity is served there.</param>
internal sealed record Way(string Name, Route Route, HttpFlavor Http, bool IsUsual = false)
{
    /// <summary>The ways that the survey knows of, the usual one first.</summary>
    /// <param name="context">The target.</param>
    public static IEnumerable<Way> All(CheckContext context)
    {
        yield return new("HTTP/1.1", context.Route, HttpFlavor.Http1, IsUsual: true);
        if (context.Survey.Http2)
        {
            yield return new("HTTP/2", context.Route, HttpFlavor.Http2, IsUsual: true);
        }

        if (!context.Request.Target.IsAddress)
        {
            yield return new("HTTP/1.1 without SNI", context.Route.WithServerName(null), HttpFlavor.Http1);
            yield return new("HTTP/1.1 by IP address", context.Route.ByAddress(context.Survey.Address.Address), HttpFlavor.Http1);
        }

        foreach (TargetUrl origin in context.Request.Origins.Where(origin => origin.Tls))
        {
            yield return new($"HTTP/1.1 at {origin}", Route.To(origin), HttpFlavor.Http1);
        }
    }

    /// <summary>The ask of a request over this way, as A without a certificate.</summary>
    /// <param name="context">The target.</param>
    /// <param name="request">The request.</param>
    public Ask Ask(CheckContext context, RawHttpRequest request) => context.H(Actor.Of(context.A).WithoutCertificate(), $"no certificate, {Name}") with
    {
        Route = Route,
        Http = Http,
        Request = request,
    };
}

using System;
using Sallyport.Scan.Findings;
using Sallyport.Tls;
using Sallyport.Tls.Client;
using Sallyport.Tls.Http;

namespace Sallyport.Scan.Transport;

/// <summary>One probe, as data: who asks what, where, and how.</summary>
internal sealed record Ask
{
    /// <summary>What evidence calls it, such as <c>control: alice</c>.</summary>
    public required string Title { get; init; }

    /// <summary>Where it goes.</summary>
    public required Route Route { get; init; }

    /// <summary>Who asks.</summary>
    public required Actor Actor { get; init; }

    /// <summary>What is asked; <c>null</c> for a handshake only. A request without a Host of its own gets the route's.</summary>
    public RawHttpRequest? Request { get; init; }

    /// <summary>Which HTTP is spoken.</summary>
    public HttpFlavor Http { get; init; }

    /// <summary>The only TLS version to speak (1.2 or 1.3); <c>null</c> for both.</summary>
    public TlsVersion? Version { get; init; }

    /// <summary>The last word on what the client does; gets the usual script, already filled from route and actor. <c>null</c> for no change.</summary>
    public Func<ClientScript, ClientScript>? Script { get; init; }

    /// <summary>The lowest mode in which this may be sent; the transport refuses it below.</summary>
    /// <remarks>A request whose method is not GET, HEAD or OPTIONS needs at least <see cref="ScanMode.Active"/> whatever stands here.</remarks>
    public ScanMode Mode { get; init; }

    /// <summary>
    /// Whether it may go over a kept-alive connection of the same actor at the same route: for probes of the application, which do not
    /// care for the handshake. Two actors never share a connection. A request that may write always gets a fresh one: it cannot be repeated
    /// when the server has just closed. Ignored with a <see cref="Script"/>.
    /// </summary>
    public bool Pooled { get; init; }

    /// <summary>
    /// Whether an identical ask (same route, actor, request, version; no script) that was answered earlier in the scan may answer this one.
    /// For baselines: what the survey asked is not asked again.
    /// </summary>
    public bool Reusable { get; init; }

    /// <summary>Whether a write with the identity's own cookie says nothing of the page that it comes from. Otherwise it says the target's own, as every browser does.</summary>
    public bool Anonymous { get; init; }
}

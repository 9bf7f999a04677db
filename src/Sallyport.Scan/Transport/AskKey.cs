using System;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using System.Security.Cryptography;
using System.Text;

namespace Sallyport.Scan.Transport;

/// <summary>Tells whether two asks are the same request.</summary>
internal static class AskKey
{
    /// <summary>The same text for the same route, actor, version and request; the title does not count.</summary>
    /// <param name="ask">An ask without a script.</param>
    public static string Of(Ask ask)
    {
        StringBuilder text = new(Connection(ask));
        foreach (PresentedHeader header in ask.Actor.Presented ?? [])
        {
            text.Append(header.Name).Append('=').Append(Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(header.Value.Reveal())))).Append('\u0002');
        }

        if (ask.Request is { } request)
        {
            text.Append(request.Method).Append('\u0001').Append(request.Target).Append('\u0001').Append(request.ProtocolText).Append('\u0001');
            text.Append(request.AddHost).Append(request.Host).Append('\u0001').Append(request.Authority).Append('\u0001').Append(request.Scheme).Append('\u0001');
            text.AppendJoin('\u0002', request.Headers.Select(h => $"{h.Name}:{h.Value}")).Append('\u0001');
            text.AppendJoin('\u0002', (request.PseudoHeaders ?? []).Select(h => $"{h.Name}:{h.Value}")).Append('\u0001');
            text.Append(Convert.ToHexString(SHA256.HashData(request.Body.Span)));
        }

        return text.ToString();
    }

    /// <summary>The same text for asks that may share a connection: route, certificate, identity, version of HTTP and TLS.</summary>
    /// <param name="ask">An ask without a script.</param>
    /// <remarks>Presented credentials share connections with each other, but never one that carried the identity's own: a server may remember.</remarks>
    public static string Connection(Ask ask)
    {
        StringBuilder text = new();
        text.Append(ask.Route).Append('\u0001').Append(ask.Http).Append('\u0001').Append(ask.Version).Append('\u0001');
        text.Append(ask.Actor.Application?.Name).Append('\u0001');
        foreach (ImmutableArray<byte> certificate in ask.Actor.Credential?.Chain ?? [])
        {
            text.Append(Convert.ToHexString(SHA256.HashData(certificate.AsSpan()))).Append(',');
        }

        // The same certificate with another key, or with none, is another actor.
        text.Append(ask.Actor.Credential?.Key?.GetHashCode().ToString(CultureInfo.InvariantCulture) ?? "-").Append('\u0001');
        return text.Append(ask.Actor.Presented is null ? "own" : "presented").Append('\u0001').ToString();
    }
}

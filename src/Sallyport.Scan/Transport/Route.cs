using System.Collections.Immutable;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Sallyport.Scan.Target;
using Sallyport.Tls.Hello;

namespace Sallyport.Scan.Transport;

/// <summary>Where a probe goes: the place that is connected to, the names in the handshake, and the Host of the request.</summary>
/// <remarks>The place must be one the user named; the transport refuses any other.</remarks>
internal sealed record Route
{
    /// <summary>The target, one of its origins, or one of its backends.</summary>
    public required TargetUrl Place { get; init; }

    /// <summary>Another port of the place's host; <c>null</c> for the place's own. Credentials are never sent to another port.</summary>
    public int? Port { get; init; }

    /// <summary>Whether TLS is spoken.</summary>
    public required bool Tls { get; init; }

    /// <summary>The entries of server_name as raw bytes: none, one or several.</summary>
    public ImmutableArray<ImmutableArray<byte>> ServerNames { get; init; } = [];

    /// <summary>The Host header and :authority of requests that bring none of their own.</summary>
    public required string Host { get; init; }

    /// <summary>The usual route to a place: its own name in the handshake (none for an IP literal) and in Host.</summary>
    /// <param name="place">The target or an origin.</param>
    public static Route To(TargetUrl place) => new()
    {
        Place = place,
        Tls = place.Tls,
        ServerNames = place.IsAddress ? [] : [HelloRequest.RawName(place.Host)],
        Host = place.Authority,
    };

    /// <summary>The same place with another server name in the handshake.</summary>
    /// <param name="name">The name, each character a byte; <c>null</c> for no server_name extension.</param>
    public Route WithServerName(string? name) => this with { ServerNames = name is null ? [] : [HelloRequest.RawName(name)] };

    /// <summary>The same place with another Host.</summary>
    /// <param name="host">The value as sent.</param>
    public Route WithHost(string host) => this with { Host = host };

    /// <summary>The same place asked as another virtual host: handshake and Host.</summary>
    /// <param name="name">A host name without a port; the place's port is kept in Host when it is not the usual one.</param>
    public Route Named(string name) => WithServerName(name) with { Host = Place.Port == (Place.Tls ? 443 : 80) ? name : $"{name}:{Place.Port}" };

    /// <summary>The same place asked by its address: no server name in the handshake, the address in Host.</summary>
    /// <param name="address">The address that was reached.</param>
    public Route ByAddress(IPAddress address)
    {
        string literal = address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{address}]" : address.ToString();
        return WithServerName(null) with { Host = Place.Port == (Place.Tls ? 443 : 80) ? literal : $"{literal}:{Place.Port}" };
    }

    /// <summary>The same host without TLS.</summary>
    /// <param name="port">The TCP port.</param>
    public Route Plain(int port) => this with { Tls = false, Port = port, ServerNames = [] };

    /// <summary>What evidence calls it, such as <c>https://api.example.com (SNI b.example, Host c.example)</c>.</summary>
    public override string ToString()
    {
        string scheme = Tls ? "https" : "http";
        string where = Port is { } port ? $"{scheme}://{Place.Host}:{port}" : $"{scheme}://{Place.Authority}";
        string names = ServerNames.Length == 0 ? "no SNI" : "SNI " + string.Join(" + ", ServerNames.Select(n => Encoding.Latin1.GetString(n.AsSpan())));
        return Tls ? $"{where} ({names}, Host {Host})" : $"{where} (Host {Host})";
    }
}

using System;
using System.Net;
using System.Net.Sockets;

namespace Sallyport.AspNetCore.Audit;

/// <summary>Whom an address stands for when failures are counted: an IPv4 address, or the /64 of an IPv6 one, which one host may have whole.</summary>
internal readonly record struct PeerPrefix
{
    private PeerPrefix(IPAddress address) => Address = address;

    /// <summary>The address, or the first one of the network.</summary>
    public IPAddress Address { get; }

    /// <summary>Cuts an address down to what is counted.</summary>
    public static PeerPrefix Of(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (address.IsIPv4MappedToIPv6)
        {
            return new PeerPrefix(address.MapToIPv4());
        }

        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return new PeerPrefix(address);
        }

        // Without the scope: the same host is the same host on every interface.
        Span<byte> octets = stackalloc byte[16];
        address.TryWriteBytes(octets, out _);
        octets[8..].Clear();
        return new PeerPrefix(new IPAddress(octets));
    }
}

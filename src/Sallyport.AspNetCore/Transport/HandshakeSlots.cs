using System;
using System.Collections.Generic;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Options;

namespace Sallyport.AspNetCore.Transport;

/// <summary>How many handshakes are worked on at a time: in all, and from one address. Who finds no room waits in line, without work done for it.</summary>
/// <remarks>
/// A slot is taken when the ClientHello has come, and given back after <see cref="Lease"/> at the latest: a handshake is milliseconds of work, and a peer that says
/// nothing, or nothing more, holds up nobody else of its address. What it holds then is memory, until the handshake's time-out.
/// </remarks>
internal sealed class HandshakeSlots : IDisposable
{
    /// <summary>How long a slot is kept by a handshake that does not end.</summary>
    internal static readonly TimeSpan Lease = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<IPAddress, Share> _shares = [];
    private readonly SemaphoreSlim _all;
    private readonly int _perAddress;
    private readonly TimeSpan _patience;
    private readonly TimeProvider _time;

    public HandshakeSlots(IOptions<SallyportOptions> options, TimeProvider time)
    {
        _time = time;
        var transport = options.Value.Transport;
        _all = new SemaphoreSlim(transport.MaxHandshakes);
        _perAddress = transport.MaxHandshakesPerAddress;
        _patience = transport.HandshakeTimeout;
    }

    /// <summary>Takes a slot.</summary>
    /// <param name="remote">The peer; those without an address share one.</param>
    /// <param name="shared">Whether many clients stand behind the address: then it only counts in all.</param>
    /// <param name="closed">The peer has gone.</param>
    /// <returns>The slot, to be disposed once; null when there was none for as long as a handshake may last, or the peer has gone.</returns>
    public async ValueTask<IDisposable?> EnterAsync(EndPoint? remote, bool shared, CancellationToken closed)
    {
        if (shared)
        {
            return await EnterSharedAsync(closed);
        }

        var address = Of(remote);
        var share = Join(address);
        var own = false;
        try
        {
            own = await share.Slots.WaitAsync(_patience, closed);
            if (own && await _all.WaitAsync(_patience, closed))
            {
                return new Slot(this, address, share, _time);
            }
        }
        catch (OperationCanceledException)
        {
            // Gone before its turn.
        }

        if (own)
        {
            share.Slots.Release();
        }

        Leave(address, share);
        return null;
    }

    public void Dispose() => _all.Dispose();

    private async ValueTask<IDisposable?> EnterSharedAsync(CancellationToken closed)
    {
        try
        {
            return await _all.WaitAsync(_patience, closed) ? new Slot(this, null, null, _time) : null;
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    /// <summary>What counts as one address: an IPv4 address, or an IPv6 network of 64 bits.</summary>
    internal static IPAddress Of(EndPoint? remote)
    {
        if (remote is not IPEndPoint { Address: var address })
        {
            return IPAddress.None;
        }

        if (address.IsIPv4MappedToIPv6)
        {
            return address.MapToIPv4();
        }

        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return address;
        }

        Span<byte> octets = stackalloc byte[16];
        address.TryWriteBytes(octets, out _);
        octets[8..].Clear();
        return new IPAddress(octets);
    }

    private Share Join(IPAddress address)
    {
        lock (_gate)
        {
            if (!_shares.TryGetValue(address, out var share))
            {
                share = new Share(_perAddress);
                _shares.Add(address, share);
            }

            share.Users++;
            return share;
        }
    }

    private void Leave(IPAddress address, Share share)
    {
        lock (_gate)
        {
            share.Users--;
            if (share.Users == 0)
            {
                _shares.Remove(address);
                share.Slots.Dispose();
            }
        }
    }

    private sealed class Share(int size)
    {
        public SemaphoreSlim Slots { get; } = new(size);

        public int Users { get; set; }
    }

    private sealed class Slot : IDisposable
    {
        private readonly HandshakeSlots _owner;
        private readonly IPAddress? _address;
        private readonly Share? _share;
        private readonly ITimer _lease;
        private int _left;

        public Slot(HandshakeSlots owner, IPAddress? address, Share? share, TimeProvider time)
        {
            (_owner, _address, _share) = (owner, address, share);
            _lease = time.CreateTimer(static slot => ((Slot?)slot)?.GiveBack(), this, Lease, Timeout.InfiniteTimeSpan);
        }

        public void Dispose()
        {
            _lease.Dispose();
            GiveBack();
        }

        private void GiveBack()
        {
            if (Interlocked.Exchange(ref _left, 1) != 0)
            {
                return;
            }

            _owner._all.Release();
            if (_address is not null && _share is not null)
            {
                _share.Slots.Release();
                _owner.Leave(_address, _share);
            }
        }
    }
}

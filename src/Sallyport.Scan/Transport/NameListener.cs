using System;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Transport;

/// <summary>Answers questions for names of the callback's zone, one datagram after the other, and tells which name was asked for.</summary>
internal sealed class NameListener : IAsyncDisposable
{
    private const int Largest = 1_500;
    private readonly Socket _socket;
    private readonly CallbackZone _zone;
    private readonly Action<string> _asked;
    private readonly CancellationTokenSource _end = new();
    private readonly Task _loop;

    private NameListener(Socket socket, CallbackZone zone, Action<string> asked)
    {
        (_socket, _zone, _asked) = (socket, zone, asked);
        _loop = ServeAsync();
    }

    /// <summary>Where it listens.</summary>
    public EndPoint? Address => _socket.LocalEndPoint;

    /// <summary>Starts it; <c>null</c> when the address cannot be listened on.</summary>
    /// <param name="zone">The zone.</param>
    /// <param name="asked">Told every name of the zone that is asked for, in lower case.</param>
    public static NameListener? TryStart(CallbackZone zone, Action<string> asked) =>
        TryBind(zone.Server.Address, zone, asked)
        // An address that a router forwards from is not ours to bind.
        ?? TryBind(zone.Server.AddressFamily == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any, zone, asked);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _socket.Dispose();
        _end.Dispose();
    }

    private static NameListener? TryBind(IPAddress address, CallbackZone zone, Action<string> asked)
    {
        Socket socket = new(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            socket.Bind(new IPEndPoint(address, zone.Server.Port));
            return new NameListener(socket, zone, asked);
        }
        catch (SocketException)
        {
            socket.Dispose();
            return null;
        }
    }

    private async Task ServeAsync()
    {
        byte[] datagram = new byte[Largest];
        SocketAddress sender = new(_socket.AddressFamily);
        while (!_end.IsCancellationRequested)
        {
            try
            {
                int count = await _socket.ReceiveFromAsync(datagram, SocketFlags.None, sender, _end.Token).ConfigureAwait(false);
                if (DnsAnswer.To(datagram.AsSpan(0, count), _zone.Name, _zone.Server.Address, out string? asked) is { } answer)
                {
                    if (asked is not null)
                    {
                        _asked(asked);
                    }

                    await _socket.SendToAsync(answer, SocketFlags.None, sender, _end.Token).ConfigureAwait(false);
                }
            }
            catch (SocketException) when (!_end.IsCancellationRequested)
            {
                // A datagram too long, or one whose sender is gone: the next question must still be heard.
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }
}

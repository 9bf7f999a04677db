using System;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;

namespace Sallyport.Bench;

/// <summary>Stands between a tool and a server and notes what every tool would rather tell itself: connections, first to last.</summary>
internal sealed class TcpRelay : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly int _target;
    private readonly Task _accepting;
    private readonly Lock _gate = new();
    private int _connections;
    private int _open;
    private long _first;
    private long _last;

    public TcpRelay(int target)
    {
        _target = target;
        _listener.Start(512);
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Forgets what it saw.</summary>
    public void Reset()
    {
        lock (_gate)
        {
            _connections = 0;
            _first = 0;
            _last = 0;
        }
    }

    /// <summary>Connections, and the time from the first one's opening to the last one's end.</summary>
    public (int Connections, TimeSpan FirstToLast) Seen()
    {
        lock (_gate)
        {
            return (_connections, TimeSpan.FromTicks((_last - _first) * TimeSpan.TicksPerSecond / TimeProvider.System.TimestampFrequency));
        }
    }

    /// <summary>Waits until nothing is open any more.</summary>
    public async Task QuietAsync()
    {
        while (Volatile.Read(ref _open) > 0)
        {
            await Task.Delay(5);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _accepting;
        _listener.Dispose();
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                Socket client = await _listener.AcceptSocketAsync(_end.Token);
                lock (_gate)
                {
                    _connections++;
                    _last = TimeProvider.System.GetTimestamp();
                    _first = _first == 0 ? _last : _first;
                }

                _ = RelayAsync(client);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The bench is over.
        }
    }

    private async Task RelayAsync(Socket client)
    {
        Interlocked.Increment(ref _open);
        using Socket server = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        client.NoDelay = true;
        try
        {
            await server.ConnectAsync(IPAddress.Loopback, _target, _end.Token);
            // A tool that has left (or a server that has) ends the connection: half-closed ones would count the other's patience.
            await Task.WhenAny(CopyAsync(client, server), CopyAsync(server, client));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // One side ended roughly: that is the tool's or the server's way.
        }
        finally
        {
            client.Dispose();
            lock (_gate)
            {
                _last = TimeProvider.System.GetTimestamp();
            }

            Interlocked.Decrement(ref _open);
        }
    }

    private async Task CopyAsync(Socket from, Socket to)
    {
        byte[] buffer = new byte[16_384];
        try
        {
            while (await from.ReceiveAsync(buffer, _end.Token) is > 0 and int read)
            {
                await to.SendAsync(buffer.AsMemory(0, read), _end.Token);
            }

        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Ended roughly.
        }
    }
}

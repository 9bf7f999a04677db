using System;
using System.Collections.Concurrent;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Threading;
using System.Threading.Tasks;

namespace Sallyport.Lab.Servers;

/// <summary>A TCP server that does the same wrong thing with everyone who connects.</summary>
public sealed class HostileServer : IAsyncDisposable
{
    private const long Gigabyte = 1L << 30;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentDictionary<Task, byte> _serving = new();
    private readonly HostileBehaviour _behaviour;
    private readonly Task _accepting;
    private long _sent;
    private int _connections;

    private HostileServer(HostileBehaviour behaviour)
    {
        _behaviour = behaviour;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Where it listens.</summary>
    public LabEndpoint Endpoint => new($"hostile {_behaviour}", ((IPEndPoint)_listener.LocalEndpoint).Port);

    /// <summary>How many bytes its clients have taken.</summary>
    public long BytesSent => Interlocked.Read(ref _sent);

    /// <summary>How many have connected.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>Starts it; it listens when this returns.</summary>
    public static HostileServer Start(HostileBehaviour behaviour) => new(behaviour);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _accepting;
        _listener.Stop();
        await Task.WhenAll(_serving.Keys);
        _end.Dispose();
        _listener.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_end.IsCancellationRequested)
        {
            try
            {
                var socket = await _listener.AcceptSocketAsync(_end.Token);
                Interlocked.Increment(ref _connections);
                var serving = ServeAsync(socket);
                _serving.TryAdd(serving, 0);
                _ = serving.ContinueWith(
                    done => _serving.TryRemove(done, out var _),
                    CancellationToken.None,
                    TaskContinuationOptions.ExecuteSynchronously,
                    TaskScheduler.Default);
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        using (socket)
        {
            try
            {
                await MisbehaveAsync(socket);
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or IOException)
            {
                // The client has had enough, or the test is over.
            }
        }
    }

    private async Task MisbehaveAsync(Socket socket)
    {
        if (_behaviour == HostileBehaviour.CloseAtOnce)
        {
            return;
        }

        var heard = new byte[4096];
        if (await socket.ReceiveAsync(heard, _end.Token) == 0)
        {
            return;
        }

        switch (_behaviour)
        {
            case HostileBehaviour.Reset:
                socket.LingerState = new LingerOption(enable: true, seconds: 0);
                return;
            case HostileBehaviour.Garbage:
                await SendAsync(socket, RandomNumberGenerator.GetBytes(4096));
                socket.Shutdown(SocketShutdown.Send);
                break;
            case HostileBehaviour.Gigabyte:
                await RepeatAsync(socket, new byte[64 * 1024]);
                socket.Shutdown(SocketShutdown.Send);
                break;
            case HostileBehaviour.EndlessRecords:
                await SendAsync(socket, (byte[])[0x16, 0x03, 0x03, 0x40, 0x00, 0x02, 0xff, 0xff, 0xff]);
                await SendAsync(socket, new byte[0x4000 - 4]);
                await RepeatAsync(socket, Record());
                socket.Shutdown(SocketShutdown.Send);
                break;
            case HostileBehaviour.PlainHttp:
                await SendAsync(socket, "HTTP/1.1 400 Bad Request\r\nContent-Length: 11\r\nConnection: close\r\n\r\nplain http\n"u8.ToArray());
                socket.Shutdown(SocketShutdown.Send);
                break;
            case HostileBehaviour.SlowDrip:
                await DripAsync(socket);
                break;
            case HostileBehaviour.HalfRecord:
                await SendAsync(socket, (byte[])[0x16, 0x03]);
                break;
        }

        // Read on, say nothing more, until the client leaves: closing on unread bytes would reset what was sent.
        while (await socket.ReceiveAsync(heard, _end.Token) > 0)
        {
        }
    }

    private static byte[] Record()
    {
        var record = new byte[5 + 0x4000];
        new byte[] { 0x16, 0x03, 0x03, 0x40, 0x00 }.CopyTo(record, 0);
        return record;
    }

    private async Task RepeatAsync(Socket socket, byte[] block)
    {
        for (long sent = 0; sent < Gigabyte; sent += block.Length)
        {
            await SendAsync(socket, block);
        }
    }

    private async Task DripAsync(Socket socket)
    {
        await SendAsync(socket, (byte[])[0x16, 0x03, 0x03, 0x40, 0x00, 0x02, 0x00, 0x3f, 0xfc]);
        using var drip = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (await drip.WaitForNextTickAsync(_end.Token))
        {
            await SendAsync(socket, (byte[])[0x00]);
        }
    }

    private async Task SendAsync(Socket socket, ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var taken = await socket.SendAsync(bytes, _end.Token);
            Interlocked.Add(ref _sent, taken);
            bytes = bytes[taken..];
        }
    }
}

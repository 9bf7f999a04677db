using System;
using System.Collections.Concurrent;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Threading;
using System.Threading.Tasks;

namespace Sallyport.Scan.Tests.Proofs.Broken;

/// <summary>Passes connections on to a server of 127.0.0.1 until it is told to break them.</summary>
internal sealed class BreakableRelay : IAsyncDisposable
{
    private readonly int _upstream;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<Task, byte> _serving = new();
    private readonly ConcurrentDictionary<Socket, byte> _honest = new();
    private readonly Task _accepting;
    private readonly Socket _placeholder = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private int _ordinal;

    public BreakableRelay(int upstream)
    {
        _upstream = upstream;
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync();
    }

    public int Port { get; }

    /// <summary>What happens to the next connection, by its number; nothing wrong by default.</summary>
    public Func<int, Breakage> Treats { get; set; } = static _ => Breakage.None;

    /// <summary>From now on everything is broken so, connections that are open included.</summary>
    public void Break(Breakage breakage)
    {
        Treats = _ => breakage;
        if (breakage == Breakage.Refused)
        {
            // The port stays ours, so that nobody else answers there.
            _listener.Stop();
            _placeholder.Bind(new IPEndPoint(IPAddress.Loopback, Port));
        }

        foreach (Socket open in _honest.Keys.Where(_ => breakage <= Breakage.AlertAccessDenied))
        {
            try
            {
                open.LingerState = new LingerOption(true, 0);
                open.Dispose();
            }
            catch (ObjectDisposedException)
            {
                // It had ended.
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_serving.Keys);
        _listener.Dispose();
        _placeholder.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                Socket client = await _listener.AcceptSocketAsync(_stop.Token);
                Task serving = ServeAsync(client, Treats(Interlocked.Increment(ref _ordinal)));
                _serving.TryAdd(serving, 0);
                _ = serving.ContinueWith(done => _serving.TryRemove(done, out _), TaskScheduler.Default);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or InvalidOperationException)
        {
            // Stopped, or its port closed; between two connections the listener says so by its own kind of exception.
        }
    }

    private async Task ServeAsync(Socket client, Breakage breakage)
    {
        using Socket owned = client;
        owned.NoDelay = true;
        try
        {
            if (breakage is Breakage.CloseAtOnce)
            {
                return;
            }

            await using NetworkStream stream = new(owned);
            if (breakage is Breakage.None or > Breakage.AlertAccessDenied or Breakage.ResetAfterServerHello or Breakage.CloseInServerHello or Breakage.CloseHalfway)
            {
                await RelayAsync(owned, stream, breakage);
                return;
            }

            byte[] heard = new byte[16 * 1024];
            if (await stream.ReadAsync(heard, _stop.Token) > 0)
            {
                await MisbehaveAsync(owned, stream, breakage);
            }
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The client has gone, or the connection was broken as told.
        }
    }

    private async Task RelayAsync(Socket client, NetworkStream stream, Breakage breakage)
    {
        using Socket server = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await server.ConnectAsync(new IPEndPoint(IPAddress.Loopback, _upstream), _stop.Token);
        await using NetworkStream behind = new(server);
        _honest.TryAdd(client, 0);
        using CancellationTokenSource ended = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        try
        {
            Task out_ = CopyAsync(stream, behind, server, ended.Token);
            Task back = breakage is Breakage.None or > Breakage.AlertAccessDenied
                ? CopyAsync(behind, stream, client, ended.Token)
                : PartAsync(client, behind, stream, breakage, ended.Token);
            await back;
            if (breakage is not Breakage.None and <= Breakage.AlertAccessDenied)
            {
                return;
            }

            await out_;
        }
        finally
        {
            await ended.CancelAsync();
            _honest.TryRemove(client, out _);
        }
    }

    private static async Task CopyAsync(NetworkStream from, NetworkStream to, Socket target, CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[16 * 1024];
        while (await from.ReadAsync(buffer, cancellationToken) is > 0 and var count)
        {
            await to.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
        }

        target.Shutdown(SocketShutdown.Send);
    }

    private static async Task PartAsync(Socket client, NetworkStream from, NetworkStream to, Breakage breakage, CancellationToken cancellationToken)
    {
        byte[] header = new byte[5];
        await from.ReadExactlyAsync(header, cancellationToken);
        byte[] first = new byte[(header[3] << 8) | header[4]];
        await from.ReadExactlyAsync(first, cancellationToken);
        await to.WriteAsync(header, cancellationToken);
        await to.WriteAsync(first.AsMemory(0, breakage == Breakage.CloseInServerHello ? first.Length / 2 : first.Length), cancellationToken);
        if (breakage == Breakage.CloseHalfway)
        {
            byte[] more = new byte[200];
            int count = await from.ReadAtLeastAsync(more, more.Length, throwOnEndOfStream: false, cancellationToken);
            await to.WriteAsync(more.AsMemory(0, count), cancellationToken);
        }

        if (breakage == Breakage.ResetAfterServerHello)
        {
            client.LingerState = new LingerOption(true, 0);
        }
    }

    private async Task MisbehaveAsync(Socket client, NetworkStream stream, Breakage breakage)
    {
        switch (breakage)
        {
            case Breakage.ResetAfterHello:
                client.LingerState = new LingerOption(true, 0);
                return;
            case Breakage.Garbage:
                await stream.WriteAsync(NoTls(4096), _stop.Token);
                client.Shutdown(SocketShutdown.Send);
                break;
            case Breakage.EndlessGarbage:
                await RepeatAsync(stream, NoTls(64 * 1024));
                break;
            case Breakage.EndlessRecords:
                await stream.WriteAsync((byte[])[0x16, 3, 3, 0x40, 0, 2, 0xFF, 0xFF, 0xFF, .. new byte[0x4000 - 4]], _stop.Token);
                await RepeatAsync(stream, [0x16, 3, 3, 0x40, 0, .. new byte[0x4000]]);
                break;
            case Breakage.PlainHttp:
                await stream.WriteAsync("HTTP/1.1 400 Bad Request\r\nContent-Length: 11\r\nConnection: close\r\n\r\nplain http\n"u8.ToArray(), _stop.Token);
                client.Shutdown(SocketShutdown.Send);
                break;
            case Breakage.SlowDrip:
                await DripAsync(stream);
                break;
            case Breakage.AlertHandshakeFailure:
                await AlertAsync(client, stream, 40);
                break;
            case Breakage.AlertInternalError:
                await AlertAsync(client, stream, 80);
                break;
            case Breakage.AlertProtocolVersion:
                await AlertAsync(client, stream, 70);
                break;
            case Breakage.AlertUnrecognizedName:
                await AlertAsync(client, stream, 112);
                break;
            case Breakage.AlertAccessDenied:
                await AlertAsync(client, stream, 49);
                break;
        }

        // Closing on unread bytes would reset what was sent.
        byte[] heard = new byte[4096];
        while (await stream.ReadAsync(heard, _stop.Token) > 0)
        {
        }
    }

    private async Task AlertAsync(Socket client, NetworkStream stream, byte code)
    {
        await stream.WriteAsync((byte[])[21, 3, 3, 0, 2, 2, code], _stop.Token);
        client.Shutdown(SocketShutdown.Send);
    }

    private static byte[] NoTls(int count)
    {
        byte[] bytes = RandomNumberGenerator.GetBytes(count);
        bytes[0] |= 0x80; // by chance it would be a record
        return bytes;
    }

    private async Task RepeatAsync(NetworkStream stream, byte[] block)
    {
        while (true)
        {
            await stream.WriteAsync(block, _stop.Token);
        }
    }

    private async Task DripAsync(NetworkStream stream)
    {
        await stream.WriteAsync((byte[])[0x16, 3, 3, 0x40, 0, 2, 0, 0x3F, 0xFC], _stop.Token);
        using PeriodicTimer drip = new(TimeSpan.FromMilliseconds(50));
        while (await drip.WaitForNextTickAsync(_stop.Token))
        {
            await stream.WriteAsync((byte[])[0], _stop.Token);
        }
    }
}

using System;
using System.Collections.Concurrent;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

namespace Sallyport.Scan.Tests.Spec;

/// <summary>
/// A plain HTTP server whose one document never ends, up to a ceiling. It writes to the socket itself: a web server takes what is written to a closed
/// connection and drops it, so its writer cannot count what the client made it send.
/// </summary>
internal sealed class EndlessServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentBag<Task> _serving = [];
    private readonly string _path;
    private readonly ReadOnlyMemory<byte> _junk;
    private readonly int _ceiling;
    private readonly Task _accepting;
    private long _sent;
    private int _asked;

    public EndlessServer(string path, ReadOnlyMemory<byte> junk, int ceiling)
    {
        (_path, _junk, _ceiling) = (path, junk, ceiling);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Bytes of the document that the client's end took, buffers included.</summary>
    public long Sent => Interlocked.Read(ref _sent);

    /// <summary>How often the document was asked for.</summary>
    public int Asked => Volatile.Read(ref _asked);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_serving);
        _listener.Dispose();
        _stop.Dispose();
    }

    /// <summary>When every connection that was opened so far has ended, whichever side ended it.</summary>
    public Task EndedAsync() => Task.WhenAll(_serving);

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _serving.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Stopped.
        }
    }

    private async Task ServeAsync(TcpClient accepted)
    {
        using TcpClient client = accepted;
        try
        {
            NetworkStream stream = client.GetStream();
            using StreamReader reader = new(stream, Encoding.Latin1);
            string? asked = await reader.ReadLineAsync(_stop.Token);
            while (await reader.ReadLineAsync(_stop.Token) is { Length: > 0 })
            {
                // Headers.
            }

            bool endless = asked?.Contains($" {_path} ", StringComparison.Ordinal) == true;
            string head = $"HTTP/1.1 {(endless ? "200 OK" : "404 Not Found")}\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n";
            await stream.WriteAsync(Encoding.ASCII.GetBytes(head), _stop.Token);
            _ = endless ? Interlocked.Increment(ref _asked) : 0;
            for (long own = 0; endless && own < _ceiling; own += _junk.Length)
            {
                await stream.WriteAsync(_junk, _stop.Token);
                Interlocked.Add(ref _sent, _junk.Length);
            }
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
        {
            // The client has closed: it has had enough.
        }
    }
}

using System;
using System.Collections.Concurrent;
using System.IO;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Threading;
using System.Threading.Tasks;

namespace Sallyport.Cli.Tests;

/// <summary>A right TLS server whose every answer is 200 with a body of 1 GB, as fast as it is taken.</summary>
internal sealed class GigabyteServer : IAsyncDisposable
{
    private const long Length = 1L << 30;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentBag<Task> _serving = [];
    private readonly X509Certificate2 _certificate;
    private readonly Task _accepting;
    private long _sent;

    private GigabyteServer(X509Certificate2 certificate)
    {
        _certificate = certificate;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>How many bytes of bodies its clients have taken.</summary>
    public long BytesSent => Interlocked.Read(ref _sent);

    public static GigabyteServer Start(X509Certificate2 certificate) => new(certificate);

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _accepting;
        _listener.Dispose();
        await Task.WhenAll(_serving);
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _serving.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_end.Token)));
            }
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            await using var tls = new SslStream(client.GetStream());
            try
            {
                await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = _certificate }, _end.Token);
                if (await tls.ReadAsync(new byte[16 * 1024], _end.Token) == 0)
                {
                    return;
                }

                await tls.WriteAsync(System.Text.Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {Length}\r\n\r\n"), _end.Token);
                byte[] block = new byte[64 * 1024];
                for (long sent = 0; sent < Length; sent += block.Length)
                {
                    await tls.WriteAsync(block, _end.Token);
                    Interlocked.Add(ref _sent, block.Length);
                }
            }
            catch (Exception e) when (e is IOException or AuthenticationException or SocketException or OperationCanceledException)
            {
                // The client has had enough, or the test is over.
            }
        }
    }
}

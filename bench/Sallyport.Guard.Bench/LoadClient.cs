using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Threading.Tasks;
using Sallyport.Lab.Pki;

namespace Sallyport.Guard.Bench;

/// <summary>A client that costs little: one prepared request, and an answer of which only status and end are looked at.</summary>
internal sealed class LoadClient(LabPki pki, LabIdentity identity, int port, string path, string head)
{
    private const int Connections = 16;

    private readonly byte[] _request = Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\n{head}\r\n");
    private readonly SslStreamCertificateContext _certificate = SslStreamCertificateContext.Create(identity.Certificate, additionalCertificates: null, offline: true);
    private readonly Queue<SslStream> _open = [];

    /// <summary>Asks for as long as it is told.</summary>
    /// <returns>How many answers there were, and how long it took.</returns>
    public async Task<(int Done, TimeSpan Took)> RunAsync(bool stays, TimeSpan time)
    {
        while (stays && _open.Count < Connections)
        {
            _open.Enqueue(await ConnectAsync());
        }

        SslStream[] open = [.. _open];
        long start = Stopwatch.GetTimestamp();
        int[] done = await Task.WhenAll(Enumerable.Range(0, Connections).Select(i => Task.Run(() => stays ? AskAsync(open[i], start, time) : ComeAndGoAsync(start, time))));
        return (done.Sum(), Stopwatch.GetElapsedTime(start));
    }

    /// <summary>A connection on which one request was answered.</summary>
    public async Task<SslStream> OpenAsync()
    {
        SslStream stream = await ConnectAsync();
        await OnceAsync(stream, new byte[4_096]);
        return stream;
    }

    private async Task<int> AskAsync(SslStream stream, long start, TimeSpan time)
    {
        byte[] buffer = new byte[4_096];
        int done = 0;
        for (; Stopwatch.GetElapsedTime(start) < time; done++)
        {
            await OnceAsync(stream, buffer);
        }

        return done;
    }

    private async Task<int> ComeAndGoAsync(long start, TimeSpan time)
    {
        byte[] buffer = new byte[4_096];
        int done = 0;
        for (; Stopwatch.GetElapsedTime(start) < time; done++)
        {
            await using SslStream stream = await ConnectAsync();
            await OnceAsync(stream, buffer);
        }

        return done;
    }

    /// <summary>One request, answered with 200.</summary>
    /// <exception cref="IOException">It was not.</exception>
    public async Task OnceAsync(SslStream stream, byte[] buffer)
    {
        await stream.WriteAsync(_request);
        int read = 0;
        while (true)
        {
            int more = await stream.ReadAsync(buffer.AsMemory(read));
            if (more == 0)
            {
                throw new IOException("The server closed: " + Encoding.ASCII.GetString(buffer, 0, read));
            }

            read += more;
            ReadOnlySpan<byte> seen = buffer.AsSpan(0, read);
            if (!seen.StartsWith("HTTP/1.1 200"u8))
            {
                throw new IOException("Not served: " + Encoding.ASCII.GetString(seen));
            }

            // The body is "ok", whole or as the last chunk but one.
            if (seen.EndsWith("\r\n\r\nok"u8) || seen.EndsWith("0\r\n\r\n"u8))
            {
                return;
            }
        }
    }

    private async Task<SslStream> ConnectAsync()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        Congestion.Calm(socket);
        await socket.ConnectAsync(IPAddress.Loopback, port);
        var stream = new SslStream(new NetworkStream(socket, ownsSocket: true));
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
        policy.CustomTrustStore.Add(pki.ServerCa.Certificate);
        await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            EnabledSslProtocols = SslProtocols.Tls13,
            ClientCertificateContext = _certificate,
            CertificateChainPolicy = policy,
            AllowTlsResume = false,
        });
        return stream;
    }
}

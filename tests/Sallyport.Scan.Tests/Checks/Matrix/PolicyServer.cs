using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Lab.Servers;
using Sallyport.Lab.Tls;

namespace Sallyport.Scan.Tests.Checks.Matrix;

/// <summary>The lab's API behind a client certificate, with the test's own idea of whom to let in and who that is.</summary>
internal sealed class PolicyServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentDictionary<Task, byte> _serving = new();
    private readonly SslStreamCertificateContext _certificate;
    private readonly bool _downloads;
    private readonly Func<Shown, bool> _admits;
    private readonly Func<Shown, string, Reply> _answers;
    private readonly Task _accepting;

    private PolicyServer(X509Certificate2 certificate, bool downloads, Func<Shown, bool> admits, Func<Shown, string, Reply> answers)
    {
        (_certificate, _downloads, _admits, _answers) = (SslStreamCertificateContext.Create(certificate, null, offline: true), downloads, admits, answers);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public LabEndpoint Endpoint => new("policy", ((IPEndPoint)_listener.LocalEndpoint).Port);

    /// <summary>Starts a server.</summary>
    /// <param name="lab">Whose certificates it uses.</param>
    /// <param name="admits">Whom the handshake lets in; all that is right by default.</param>
    /// <param name="answers">What it answers; the owner's document to its owner by default.</param>
    /// <param name="certificate">Its own certificate; the lab's by default.</param>
    /// <param name="downloads">Whether the platform may look for issuers at the addresses that certificates name, as it does unless told otherwise.</param>
    public static PolicyServer Start(CheckLab lab, Func<Shown, bool>? admits = null, Func<Shown, string, Reply>? answers = null, X509Certificate2? certificate = null, bool downloads = false)
    {
        ArgumentNullException.ThrowIfNull(lab);
        return new(certificate ?? lab.Pki.Server, downloads, admits ?? (shown => shown.IsRight(lab.Pki)), answers ?? ((shown, path) => ToOwner(shown.Account, path)));
    }

    /// <summary>The document of a path, for its owner alone.</summary>
    public static Reply ToOwner(string? account, string path) => path.Split('/') is ["", "profiles", var owner] && LabApi.Users.Contains(owner)
        ? account == owner ? new(200, LabApi.Profile(owner)) : new(403, """{"error":"not yours"}""")
        : new(404, """{"error":"not found"}""");

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _accepting;
        _listener.Stop();
        await Task.WhenAll(_serving.Keys);
        _listener.Dispose();
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_end.IsCancellationRequested)
        {
            try
            {
                Task serving = ServeAsync(await _listener.AcceptTcpClientAsync(_end.Token));
                _serving.TryAdd(serving, 0);
                _ = serving.ContinueWith(done => _serving.TryRemove(done, out byte _), TaskScheduler.Default);
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        await Task.Yield();
        Shown? shown = null;
        try
        {
            using TcpClient owned = client;
            await using SslStream tls = new(client.GetStream(), leaveInnerStreamOpen: false);
            await tls.AuthenticateAsServerAsync(
                new SslServerAuthenticationOptions
                {
                    ServerCertificateContext = _certificate,
                    ClientCertificateRequired = true,
                    CertificateChainPolicy = LabTrust.Nobody(_downloads),
                    RemoteCertificateValidationCallback = (_, certificate, chain, _) =>
                    {
                        shown = certificate is X509Certificate2 leaf ? new(X509CertificateLoader.LoadCertificate(leaf.RawData), [.. Rest(chain)]) : null;
                        return shown is not null && _admits(shown);
                    },
                },
                _end.Token);
            if (shown is null || await PathAsync(tls) is not { } path)
            {
                return;
            }

            Reply reply = _answers(shown, path);
            string head = $"HTTP/1.1 {reply.Status} Answer\r\nContent-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(reply.Body)}\r\n{reply.Headers}Connection: close\r\n\r\n";
            await tls.WriteAsync(Encoding.UTF8.GetBytes(head + reply.Body), _end.Token);
            await tls.ShutdownAsync();
        }
        catch (Exception e) when (e is IOException or SocketException or AuthenticationException or OperationCanceledException or ObjectDisposedException)
        {
            // Refused, or the client has gone.
        }
    }

    private static IEnumerable<X509Certificate2> Rest(X509Chain? chain) =>
        chain?.ChainPolicy.ExtraStore.Select(one => X509CertificateLoader.LoadCertificate(one.RawData)) ?? [];

    private async Task<string?> PathAsync(SslStream tls)
    {
        byte[] head = new byte[16 * 1024];
        int count = 0;
        while (head.AsSpan(0, count).IndexOf("\r\n\r\n"u8) < 0)
        {
            int more = await tls.ReadAsync(head.AsMemory(count), _end.Token);
            if (more == 0 || count + more == head.Length)
            {
                return null;
            }

            count += more;
        }

        return Encoding.Latin1.GetString(head, 0, count).Split(' ') is [_, var path, ..] ? path : null;
    }

    /// <summary>An answer.</summary>
    internal sealed record Reply(int Status, string Body, string Headers = "");
}

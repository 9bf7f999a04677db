using System;
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
using Sallyport.Certificates;
using Sallyport.Forge;
using Sallyport.Lab.Pki;

namespace Sallyport.AspNetCore.Tests.Outbound;

/// <summary>A server with one thing wrong, and what it heard from its clients. Only the client is tested: it takes every one.</summary>
internal sealed class BadServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _connections = [];
    private readonly Lock _gate = new();
    private readonly SslStreamCertificateContext _context;
    private readonly bool _asks;
    private readonly bool _weak;
    private readonly SslProtocols _protocols;
    private readonly string _answer;
    private readonly List<string> _heard = [];
    private readonly List<CertificateThumbprint?> _clients = [];
    private Task _accepting = Task.CompletedTask;

    private BadServer(ForgedIdentity identity, bool asks, bool weak, SslProtocols protocols, bool leafOnly, string answer)
    {
        X509Certificate2Collection above = [.. identity.Chain.Skip(leafOnly ? int.MaxValue : 1).Select(static der => X509CertificateLoader.LoadCertificate(der.Span))];
        X509Certificate2 leaf = X509CertificateLoader.LoadPkcs12((identity with { Chain = [identity.Leaf] }).ExportPkcs12(""), "", X509KeyStorageFlags.Exportable);
        _context = SslStreamCertificateContext.Create(leaf, above, offline: true);
        _asks = asks;
        _weak = weak;
        _protocols = protocols;
        _answer = answer;
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>The requests that came through the handshake.</summary>
    public IReadOnlyList<string> Heard
    {
        get
        {
            lock (_gate)
            {
                return [.. _heard];
            }
        }
    }

    /// <summary>The certificate of each client that sent a request; null for none.</summary>
    public IReadOnlyList<CertificateThumbprint?> Clients
    {
        get
        {
            lock (_gate)
            {
                return [.. _clients];
            }
        }
    }

    public static BadServer Start(
        LabIdentity identity, bool asks = true, bool weak = false, SslProtocols protocols = SslProtocols.None) => Start(identity.Forged, asks, weak, protocols);

    public static BadServer Start(LabIdentity identity, string answer) => Start(identity.Forged, answer: answer);

    public static BadServer Start(
        ForgedIdentity identity, bool asks = true, bool weak = false, SslProtocols protocols = SslProtocols.None, bool leafOnly = false, string answer = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nserved")
    {
        var server = new BadServer(identity, asks, weak, protocols, leafOnly, answer);
        server._listener.Start();
        server._accepting = server.AcceptAsync();
        return server;
    }

    public Uri Address(string host = "localhost", string scheme = "https") => new($"{scheme}://{host}:{Port}/");

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        Task[] connections;
        lock (_gate)
        {
            connections = [.. _connections];
        }

        await Task.WhenAll(connections);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                TcpClient client = await _listener.AcceptTcpClientAsync(_stop.Token);
                lock (_gate)
                {
                    _connections.Add(ServeAsync(client));
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            var tls = new SslStream(client.GetStream());
            await using (tls)
            {
                try
                {
                    await tls.AuthenticateAsServerAsync(Handshake(), _stop.Token);
                    byte[] buffer = new byte[16_384];
                    int read;
                    while ((read = await tls.ReadAsync(buffer, _stop.Token)) > 0)
                    {
                        lock (_gate)
                        {
                            _heard.Add(Encoding.Latin1.GetString(buffer, 0, read));
                            _clients.Add(tls.RemoteCertificate is { } certificate ? CertificateThumbprint.Of(certificate.GetRawCertData()) : null);
                        }

                        await tls.WriteAsync(Encoding.ASCII.GetBytes(_answer), _stop.Token);
                    }
                }
                catch (Exception e) when (e is IOException or AuthenticationException or OperationCanceledException)
                {
                    // A client that refuses is what the tests are for.
                }
            }
        }
    }

    private SslServerAuthenticationOptions Handshake() => new()
    {
        ServerCertificateContext = _context,
        ClientCertificateRequired = _asks,
        AllowTlsResume = false,
        EnabledSslProtocols = _protocols,
        EncryptionPolicy = _weak ? (EncryptionPolicy)1 : EncryptionPolicy.RequireEncryption,
        // The client is the one that is tested: whatever it shows, or nothing, is let pass.
        RemoteCertificateValidationCallback = static (_, _, _, _) => true,
    };
}

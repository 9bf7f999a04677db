using System;
using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Tls;
using Sallyport.Tls.Client;
using Sallyport.Tls.Records;
using Sallyport.Tls.Wire;

namespace Sallyport.Lab.Tls;

/// <summary>A TLS server of our own for shapes that no package shows, on a free loopback port.</summary>
/// <example><c>await using var server = ScriptedTlsServer.Start(new ServerScript { Flaws = ServerFlaw.ResumeAcrossNames }); … server.Port</c>.</example>
public sealed class ScriptedTlsServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<ServedRequest> _requests = new();
    private readonly ConcurrentDictionary<Task, byte> _running = new();
    private readonly ServerScript _script;
    private readonly TicketBox _tickets;
    private readonly X509Certificate2? _minted;
    private Task _accepting = Task.CompletedTask;
    private int _connections;

    private ScriptedTlsServer(ServerScript script)
    {
        if (script.Certificate is null)
        {
            _minted = ServerIdentity.Mint(TimeProvider.System);
            script = script with { Certificate = _minted };
        }

        _script = script;
        _tickets = new TicketBox(script.TicketKey);
    }

    /// <summary>The port it listens on.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>The certificate it shows.</summary>
    public X509Certificate2 Certificate => _script.Certificate ?? throw new InvalidOperationException("Minted at start.");

    /// <summary>How many connections it accepted.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>The requests it answered, oldest first.</summary>
    public ImmutableArray<ServedRequest> Requests => [.. _requests];

    /// <summary>Starts a server.</summary>
    public static ScriptedTlsServer Start(ServerScript script)
    {
        ArgumentNullException.ThrowIfNull(script);
        var server = new ScriptedTlsServer(script);
        server._listener.Start();
        server._accepting = server.AcceptAsync();
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _accepting;
        _listener.Stop();
        await Task.WhenAll(_running.Keys);
        _listener.Dispose();
        _stop.Dispose();
        _minted?.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                Socket socket = await _listener.AcceptSocketAsync(_stop.Token);
                Interlocked.Increment(ref _connections);
                Task serving = ServeAsync(socket);
                _running.TryAdd(serving, 0);
                _ = serving.ContinueWith(done => _running.TryRemove(done, out _), TaskScheduler.Default);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Stopped.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        using Socket owned = socket;
        owned.NoDelay = true;
        try
        {
            Stream stream = new NetworkStream(owned, ownsSocket: false);
            if (_script.MutateRecords is { } mutate)
            {
                stream = new MutatingStream(stream, mutate);
            }

            await using Stream both = stream;
            if (_script.Shape != ServerShape.CloseOnAccept)
            {
                await SpeakAsync(both, owned);
            }
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException or CryptographicException)
        {
            // The client has gone, or the test has.
        }
    }

    private async Task SpeakAsync(Stream stream, Socket socket)
    {
        CancellationToken stop = _stop.Token;
        var records = new RecordStream(stream);
        var connection = new Connection(records, ClientScript.ForServer(null), TimeProvider.System);
        await using Connection owned = connection;
        if (await connection.ReceiveAsync(stop) is not Inbound.Message { Value: { Type: HandshakeType.ClientHello } first }
            || ClientHelloView.Read(first.Raw.Span) is not { } hello)
        {
            await connection.SendAlertAsync(2, AlertDescription.DecodeError, stop);
            return;
        }

        if (await OddAnswers.GiveAsync(_script.Shape, hello, stream, socket, stop))
        {
            return;
        }

        bool fragmented = records.RecordsRead > 1;
        var peer = new ServedConnection(connection, _script, SiteFor(hello, fragmented), _tickets);
        IServerGeneration? generation =
            _script.Versions.Contains(TlsVersion.Tls13) && hello.Versions.Contains((ushort)TlsVersion.Tls13) ? new Server13(peer, hello)
            : _script.Versions.Contains(TlsVersion.Tls12) && (hello.Versions.Contains((ushort)TlsVersion.Tls12)) ? new Server12(peer, hello)
            : null;
        if (generation is null)
        {
            await peer.RefuseAsync(AlertDescription.ProtocolVersion, stop);
            return;
        }

        if (await generation.HandshakeAsync(stop))
        {
            await new HttpResponder(peer, generation, _requests.Enqueue).RunAsync(stop);
            await connection.CloseAsync();
        }
    }

    private ServerSite SiteFor(ClientHelloView hello, bool fragmented)
    {
        string? name = fragmented && _script.Flaws.HasFlag(ServerFlaw.LoseNameWhenFragmented) ? null : hello.ServerName?.ToLowerInvariant();
        return _script.Sites.FirstOrDefault(site => site.Name == name) ?? _script.Sites[0];
    }
}

using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;

namespace Sallyport.Cli.Mitm;

/// <summary>The listening servers: one port for each bad certificate, and one that hands out the revocation list.</summary>
internal sealed class MitmServers : IDisposable
{
    private const int MostAtOnce = 64;
    private readonly List<(MitmPort Port, TcpListener Listener)> _listeners = [];
    private readonly TcpListener _revocation;
    private readonly MitmPki _pki;
    private readonly SemaphoreSlim _room = new(MostAtOnce);

    private MitmServers(TcpListener revocation, MitmPki pki) => (_revocation, _pki) = (revocation, pki);

    public MitmPki Pki => _pki;

    /// <summary>Each server with its port, in the order of the table.</summary>
    public ImmutableArray<(MitmPort Port, int Number)> Table => [.. _listeners.Select(one => (one.Port, ((IPEndPoint)one.Listener.LocalEndpoint).Port))];

    /// <summary>Opens all ports.</summary>
    /// <param name="listen">The address; with a port, the first server has it and the others follow.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="SocketException">A port cannot be had.</exception>
    public static MitmServers Open(IPEndPoint listen, TimeProvider time)
    {
        var revocation = new TcpListener(listen.Address, 0);
        MitmPki? pki = null;
        MitmServers? servers = null;
        try
        {
            revocation.Start();
            pki = new(listen.Address, CrlUrl(listen.Address, (IPEndPoint)revocation.LocalEndpoint), time);
            servers = new(revocation, pki);
            int number = listen.Port;
            foreach (MitmPort port in pki.Ports)
            {
                var listener = new TcpListener(listen.Address, number);
                listener.Start();
                servers._listeners.Add((port, listener));
                number += number == 0 ? 0 : 1;
            }

            return servers;
        }
        catch
        {
            if (servers is null)
            {
                revocation.Dispose();
                pki?.Dispose();
            }

            servers?.Dispose();
            throw;
        }
    }

    /// <summary>Serves until cancelled.</summary>
    /// <param name="seen">Told each connection, from several threads.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public Task RunAsync(Action<MitmSighting> seen, CancellationToken cancellationToken) => Task.WhenAll(
    [
        .. _listeners.Select(one => AcceptAsync(one.Listener, stream => JudgeAsync(one.Port, stream, seen, cancellationToken), cancellationToken)),
        AcceptAsync(_revocation, stream => HandOutAsync(stream, cancellationToken), cancellationToken),
    ]);

    public void Dispose()
    {
        _listeners.ForEach(one => one.Listener.Dispose());
        _revocation.Dispose();
        _pki.Dispose();
        _room.Dispose();
    }

    private static string CrlUrl(IPAddress listen, IPEndPoint endpoint)
    {
        IPAddress host = listen.Equals(IPAddress.Any) ? IPAddress.Loopback : listen.Equals(IPAddress.IPv6Any) ? IPAddress.IPv6Loopback : listen;
        return $"http://{new IPEndPoint(host, endpoint.Port)}/server-ca.crl";
    }

    private async Task AcceptAsync(TcpListener listener, Func<Stream, Task> serve, CancellationToken cancellationToken)
    {
        var running = new List<Task>();
        try
        {
            while (true)
            {
                await _room.WaitAsync(cancellationToken).ConfigureAwait(false);
                TcpClient client = await listener.AcceptTcpClientAsync(cancellationToken).ConfigureAwait(false);
                running.RemoveAll(task => task.IsCompleted);
                running.Add(ServeAsync(client, serve));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // Ctrl-C: what is under way ends by the same token.
            await Task.WhenAll(running).ConfigureAwait(false);
        }
    }

    private async Task ServeAsync(TcpClient client, Func<Stream, Task> serve)
    {
        try
        {
            using (client)
            {
                await serve(client.GetStream()).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is IOException or SocketException or InvalidOperationException or OperationCanceledException)
        {
            // A client that is gone is an ordinary sight here.
        }
        finally
        {
            _room.Release();
        }
    }

    private static async Task JudgeAsync(MitmPort port, Stream stream, Action<MitmSighting> seen, CancellationToken cancellationToken) =>
        seen(await MitmConnection.ServeAsync(port, stream, cancellationToken).ConfigureAwait(false));

    private async Task HandOutAsync(Stream stream, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(5));
        byte[] request = new byte[8 * 1024];
        if (await stream.ReadAsync(request, patience.Token).ConfigureAwait(false) == 0)
        {
            return;
        }

        string head = string.Create(
            System.Globalization.CultureInfo.InvariantCulture,
            $"HTTP/1.1 200 OK\r\nContent-Type: application/pkix-crl\r\nContent-Length: {_pki.RevocationList.Length}\r\nConnection: close\r\n\r\n");
        await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes(head), patience.Token).ConfigureAwait(false);
        await stream.WriteAsync(_pki.RevocationList, patience.Token).ConfigureAwait(false);
    }
}

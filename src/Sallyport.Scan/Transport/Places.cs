using System;
using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Transport;

/// <summary>The places the user named, and the way to them. The only code of the scanner that opens sockets.</summary>
internal sealed class Places
{
    private readonly ScanRequest _request;
    private readonly Func<string, CancellationToken, Task<IPAddress[]>> _resolve;
    private readonly Func<IPEndPoint, CancellationToken, Task<Stream>> _dial;
    private readonly ConcurrentDictionary<(string Host, int Port), IPEndPoint> _reached = new();

    /// <summary>The places of a scan.</summary>
    /// <param name="request">The scan.</param>
    public Places(ScanRequest request)
        : this(request, static (host, cancellationToken) => Dns.GetHostAddressesAsync(host, cancellationToken), DialAsync)
    {
    }

    /// <summary>The places of a scan, with ways of their own to names and addresses.</summary>
    /// <param name="request">The scan.</param>
    /// <param name="resolve">The addresses of a name.</param>
    /// <param name="dial">A TCP connection to an address; <see cref="SocketException"/> when there is none.</param>
    internal Places(ScanRequest request, Func<string, CancellationToken, Task<IPAddress[]>> resolve, Func<IPEndPoint, CancellationToken, Task<Stream>> dial)
    {
        (_request, _resolve, _dial) = (request, resolve, dial);
    }

    /// <summary>Whether credentials may go there: the target and its origins, on their own ports (CONTRACTS.md, "Where credentials may go").</summary>
    /// <param name="route">Where to.</param>
    public bool MayHaveCredentials(Route route) => (route.Port is null || route.Port == route.Place.Port)
        && route.Tls == route.Place.Tls
        && (IsTarget(route.Place) || _request.Origins.Any(origin => Same(origin, route.Place)));

    /// <summary>Whether it may be contacted at all.</summary>
    /// <param name="route">Where to.</param>
    public bool IsNamed(Route route) => IsTarget(route.Place)
        || _request.Origins.Any(origin => Same(origin, route.Place))
        || _request.Backends.Any(backend => Same(backend, route.Place));

    /// <summary>The endpoint that answered for a place, once one did.</summary>
    /// <param name="route">Where to.</param>
    public IPEndPoint? Reached(Route route) => _reached.TryGetValue(Key(route), out IPEndPoint? endpoint) ? endpoint : null;

    /// <summary>Opens a TCP connection.</summary>
    /// <param name="route">Where to.</param>
    /// <param name="timeout">The longest wait.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="IOException">There is no connection; the message is one clause.</exception>
    public async Task<Stream> ConnectAsync(Route route, TimeSpan timeout, TimeProvider time, CancellationToken cancellationToken)
    {
        using CancellationTokenSource own = new(timeout, time);
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, own.Token);
        (string host, int port) = Key(route);
        long start = time.GetTimestamp();
        SocketException? last = null;
        try
        {
            ImmutableArray<IPEndPoint> endpoints = await ResolveAsync(route, host, port, limit.Token).ConfigureAwait(false);
            for (int i = 0; i < endpoints.Length; i++)
            {
                // Each address gets its share of what is left: one that says nothing must not cost the others their turn.
                TimeSpan left = timeout - time.GetElapsedTime(start);
                using CancellationTokenSource turn = new(left > TimeSpan.Zero ? left / (endpoints.Length - i) : TimeSpan.Zero, time);
                using CancellationTokenSource share = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, turn.Token);
                try
                {
                    Stream stream = await _dial(endpoints[i], share.Token).ConfigureAwait(false);
                    _reached.TryAdd((host, port), endpoints[i]);
                    return stream;
                }
                catch (SocketException e)
                {
                    last = e;
                }
                catch (OperationCanceledException) when (!limit.IsCancellationRequested)
                {
                    last ??= new SocketException((int)SocketError.TimedOut);
                }
            }
        }
        catch (SocketException e)
        {
            last = e;
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new IOException($"no answer from {host} port {port} in time", e);
        }

        throw new IOException(Words(last?.SocketErrorCode, host, port), last);
    }

    private static async Task<Stream> DialAsync(IPEndPoint endpoint, CancellationToken cancellationToken)
    {
        Socket socket = new(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(endpoint, cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static string Words(SocketError? error, string host, int port) => error switch
    {
        SocketError.ConnectionRefused => $"{host} refuses connections on port {port}",
        SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain => $"there is no host named {host}",
        SocketError.HostUnreachable or SocketError.NetworkUnreachable or SocketError.NetworkDown => $"{host} cannot be reached from here",
        SocketError.TimedOut => $"no answer from {host} port {port} in time",
        SocketError.ConnectionReset => $"{host} port {port} resets connections",
        _ => $"no connection to {host} port {port}: {error}",
    };

    private static bool Same(TargetUrl one, TargetUrl other) => one.Tls == other.Tls && one.Port == other.Port && one.Host == other.Host;

    private static (string Host, int Port) Key(Route route) => (route.Place.Host, route.Port ?? route.Place.Port);

    private bool IsTarget(TargetUrl place) => Same(place, _request.Target);

    private async Task<ImmutableArray<IPEndPoint>> ResolveAsync(Route route, string host, int port, CancellationToken cancellationToken)
    {
        if (_reached.TryGetValue((host, port), out IPEndPoint? known))
        {
            return [known];
        }

        if (_request.ConnectTo is { } instead && IsTarget(route.Place))
        {
            return [route.Port is null ? instead : new IPEndPoint(instead.Address, port)];
        }

        if (IPAddress.TryParse(host, out IPAddress? literal))
        {
            return [new IPEndPoint(literal, port)];
        }

        IPAddress[] addresses = await _resolve(host, cancellationToken).ConfigureAwait(false);
        return [.. addresses.Select(address => new IPEndPoint(address, port))];
    }
}

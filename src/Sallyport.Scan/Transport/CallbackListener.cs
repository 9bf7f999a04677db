using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Transport;

/// <summary>A small HTTP listener that notes who calls which of its URLs, and answers 404 to all; with a zone also its name server.</summary>
internal sealed class CallbackListener : ICallbackListener, IAsyncDisposable
{
    private const int MaxHead = 8 * 1024;
    private const int MaxAtOnce = 32;
    private static readonly byte[] _answer = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray();
    private readonly TcpListener _listener;
    private readonly string _base;
    private readonly CallbackZone? _zone;
    private readonly NameListener? _names;
    private readonly TimeSpan _patience;
    private readonly TimeProvider _time;
    private readonly Redaction _redaction;
    private readonly CancellationTokenSource _end = new();
    private readonly SemaphoreSlim _slots = new(MaxAtOnce);
    private readonly ConcurrentDictionary<string, Expected> _expected = new(StringComparer.Ordinal);
    private readonly Task _loop;

    private CallbackListener(TcpListener listener, string url, CallbackZone? zone, TimeSpan patience, TimeProvider time, Redaction redaction)
    {
        (_listener, _base, _zone, _patience, _time, _redaction) = (listener, url, zone, patience, time, redaction);
        _names = zone is null ? null : NameListener.TryStart(zone, NoteName);
        _loop = AcceptAsync();
    }

    /// <summary>Starts a listener that answers for a zone too: HTTP at the same address, on any port.</summary>
    /// <param name="zone">The zone, and the address of this machine.</param>
    /// <param name="patience">How long to wait for a hit.</param>
    /// <param name="time">The clock.</param>
    /// <param name="redaction">Hides what a caller brings of the scan's secrets.</param>
    /// <returns>The listener; <c>null</c> when the address cannot be listened on.</returns>
    public static CallbackListener? TryStartNamed(CallbackZone zone, TimeSpan patience, TimeProvider time, Redaction redaction) =>
        TryBind(zone.Server.Address, 0, null, zone, patience, time, redaction)
        ?? TryBind(zone.Server.AddressFamily == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any, 0, null, zone, patience, time, redaction);

    /// <summary>Starts a listener that the target can reach.</summary>
    /// <param name="callback">Where the target reaches this machine; <c>null</c> for loopback, any port.</param>
    /// <param name="patience">How long to wait for a hit.</param>
    /// <param name="time">The clock.</param>
    /// <param name="redaction">Hides what a caller brings of the scan's secrets: who is made to call may take along what it was given.</param>
    /// <returns>The listener; <c>null</c> when the address cannot be listened on.</returns>
    public static CallbackListener? TryStart(TargetUrl? callback, TimeSpan patience, TimeProvider time, Redaction redaction)
    {
        // A name, or an address that a router forwards from, is not ours to bind: then every address of this machine listens.
        if (callback is null)
        {
            return TryBind(IPAddress.Loopback, 0, null, null, patience, time, redaction);
        }

        return (IPAddress.TryParse(callback.Host, out IPAddress? own) ? TryBind(own, callback.Port, callback, null, patience, time, redaction) : null)
            ?? TryBind(IPAddress.Any, callback.Port, callback, null, patience, time, redaction);
    }

    /// <inheritdoc/>
    public CallbackUrl Mint(string purpose)
    {
        string token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12));
        CallbackUrl url = new($"{_base}/{token}", token, purpose);
        _expected[token] = new Expected(url);
        return url;
    }

    /// <inheritdoc/>
    public CallbackUrl? MintNamed(string purpose)
    {
        if (_zone is null || _names is null)
        {
            return null;
        }

        string token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12));
        CallbackUrl url = new($"http://{token}.{_zone.Name}:{((IPEndPoint)_listener.LocalEndpoint).Port}/{token}", token, purpose);
        _expected[token] = new Expected(url);
        return url;
    }

    /// <inheritdoc/>
    public CallbackHit? LookedUp(CallbackUrl url) => _expected.TryGetValue(url.Token, out Expected? expected) ? expected.Name : null;

    /// <inheritdoc/>
    public CallbackUrl Below(string url, string purpose)
    {
        // What stands behind the listener's own address is as unique as the minted token in it.
        string token = url.StartsWith(_base, StringComparison.Ordinal) ? url[_base.Length..].Trim('/') : url;
        CallbackUrl below = new(url, token, purpose);
        _expected[token] = new Expected(below);
        return below;
    }

    /// <inheritdoc/>
    public async Task<CallbackHit?> WaitAsync(CallbackUrl url, CancellationToken cancellationToken)
    {
        if (!_expected.TryGetValue(url.Token, out Expected? expected))
        {
            return null;
        }

        try
        {
            return await expected.Hit.Task.WaitAsync(_patience, _time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync().ConfigureAwait(false);

        // The listener goes after the loop: a stopped one throws at whoever asks it next, and the callers under way would not be waited for.
        await _loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_names is not null)
        {
            await _names.DisposeAsync().ConfigureAwait(false);
        }

        _listener.Dispose();
        _end.Dispose();
        _slots.Dispose();
    }

    private static CallbackListener? TryBind(IPAddress address, int port, TargetUrl? callback, CallbackZone? zone, TimeSpan patience, TimeProvider time, Redaction redaction)
    {
        TcpListener listener = new(address, port);
        try
        {
            listener.Start();
            string url = (callback, zone) switch
            {
                ({ } given, _) => $"http://{given.Authority}{given.Path}",
                (_, { } names) => $"http://{new IPEndPoint(names.Server.Address, ((IPEndPoint)listener.LocalEndpoint).Port)}",
                _ => $"http://{listener.LocalEndpoint}",
            };
            return new CallbackListener(listener, url, zone, patience, time, redaction);
        }
        catch (SocketException)
        {
            listener.Dispose();
            return null;
        }
    }

    private async Task AcceptAsync()
    {
        List<Task> serving = [];
        try
        {
            while (!_end.IsCancellationRequested)
            {
                await _slots.WaitAsync(_end.Token).ConfigureAwait(false);
                try
                {
                    serving.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_end.Token).ConfigureAwait(false)));
                }
                catch (SocketException) when (!_end.IsCancellationRequested)
                {
                    // A caller that was gone before it was accepted: the next one must still be heard, or "no hit" would mean nothing.
                    _slots.Release();
                }

                serving.RemoveAll(task => task.IsCompleted);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The scan is over.
        }

        await Task.WhenAll(serving).ConfigureAwait(false);
    }

    private async Task ServeAsync(TcpClient client)
    {
        using CancellationTokenSource own = new(_patience, _time);
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(own.Token, _end.Token);
        try
        {
            using (client)
            {
                NetworkStream stream = client.GetStream();
                byte[] head = new byte[MaxHead];
                int count = 0;
                while (count < head.Length && head.AsSpan(0, count).IndexOf("\r\n\r\n"u8) < 0)
                {
                    int more = await stream.ReadAsync(head.AsMemory(count), limit.Token).ConfigureAwait(false);
                    if (more == 0)
                    {
                        break;
                    }

                    count += more;
                }

                Note(Encoding.Latin1.GetString(head, 0, count));
                await stream.WriteAsync(_answer, limit.Token).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // Whoever called hung up or is slow; what it asked for is noted when its head came in.
        }
        finally
        {
            _slots.Release();
        }
    }

    private void Note(string head)
    {
        string[] lines = head.Split("\r\n");
        foreach ((string token, Expected expected) in _expected)
        {
            if (!lines[0].Contains(token, StringComparison.Ordinal))
            {
                continue;
            }

            string? agent = Array.Find(lines, line => line.StartsWith("user-agent:", StringComparison.OrdinalIgnoreCase));
            expected.Hit.TrySetResult(new CallbackHit(expected.Url, _time.GetUtcNow(), Shown(lines[0]), agent is null ? null : Shown(agent[11..].Trim())));
        }
    }

    private void NoteName(string name)
    {
        foreach ((string token, Expected expected) in _expected)
        {
            if (name.Contains(token, StringComparison.Ordinal))
            {
                expected.Name ??= new CallbackHit(expected.Url, _time.GetUtcNow(), Shown($"a question for the address of {name}"), null);
            }
        }
    }

    private string Shown(string text)
    {
        // Hidden before it is cut: half a secret is no longer found.
        text = _redaction.Text(text);
        StringBuilder shown = new();
        foreach (char c in text.AsSpan(0, Math.Min(text.Length, 200)))
        {
            shown.Append(char.IsControl(c) ? '\uFFFD' : c);
        }

        return shown.ToString();
    }

    private sealed record Expected(CallbackUrl Url)
    {
        /// <summary>Set by the one loop that reads datagrams.</summary>
        public CallbackHit? Name { get; set; }

        public TaskCompletionSource<CallbackHit> Hit { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}

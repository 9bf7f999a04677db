using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;

namespace Sallyport.Tls.Http;

/// <summary>HTTP/2 as frames on one connection, several streams at once.</summary>
/// <remarks>RFC 9113. The channel stays the caller's to dispose; dispose this first, it stops reading. A connection belongs to one identity: never share it.</remarks>
public sealed class Http2Connection : IAsyncDisposable
{
    private readonly ByteChannel _channel;
    private readonly TimeProvider _time;
    private readonly Http2Session _session = new();
    private readonly CancellationTokenSource _end = new();
    private readonly Lazy<Task> _running;

    /// <summary>Speaks HTTP/2 on a channel that agreed on "h2"; nothing is sent before the first request.</summary>
    /// <param name="channel">A fresh channel.</param>
    /// <param name="time">The clock of the time-outs; the system's by default.</param>
    public Http2Connection(ByteChannel channel, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(channel);
        _channel = channel;
        _time = time ?? TimeProvider.System;
        _running = new Lazy<Task>(Start);
    }

    /// <summary>Whether a further stream can be opened; a request sent in spite of it has the connection's end as outcome.</summary>
    public bool CanSendAnother => _session.CanOpen;

    /// <summary>Sends a request on a stream of its own; several may be under way.</summary>
    /// <param name="request">Written as given.</param>
    /// <param name="limits">Time and bytes.</param>
    /// <param name="cancellationToken">The caller's own cancel; it throws, while the limit's time-out is an outcome.</param>
    /// <returns>The outcome; nothing that the server sends makes this throw.</returns>
    public async Task<HttpOutcome> SendAsync(RawHttpRequest request, HttpLimits limits, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(limits);
        using var timeout = new CancellationTokenSource(limits.Timeout, _time);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        _ = _running.Value;
        (Http2Stream? stream, HttpOutcome? refused) = _session.Open(request, limits, endStream: request.Body.IsEmpty);
        if (stream is null)
        {
            return refused ?? new HttpOutcome.Closed(0);
        }

        Task sending = request.Body.IsEmpty ? Task.CompletedTask : SendBodyAsync(stream, request.Body, end: true, deadline.Token);
        return await FinishAsync(stream, sending, deadline.Token, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Sends all requests but the last frame of each, then the last frames in one write, so that the server sees them together.</summary>
    /// <param name="requests">One stream each.</param>
    /// <param name="limits">Time and bytes of each.</param>
    /// <param name="cancellationToken">The caller's own cancel.</param>
    /// <returns>The outcomes in the order of the requests.</returns>
    /// <remarks>Between the two the server has answered a PING, so it has read all that was held open.</remarks>
    public async Task<ImmutableArray<HttpOutcome>> SendTogetherAsync(
        ImmutableArray<RawHttpRequest> requests, HttpLimits limits, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(limits);
        using var timeout = new CancellationTokenSource(limits.Timeout, _time);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        _ = _running.Value;
        var opened = new List<(RawHttpRequest Request, Http2Stream? Stream, HttpOutcome? Refused)>(requests.Length);
        foreach (RawHttpRequest request in requests)
        {
            (Http2Stream? stream, HttpOutcome? refused) = _session.Open(request, limits, endStream: false);
            opened.Add((request, stream, refused));
        }

        Task<HttpOutcome[]> finishing = Task.WhenAll(opened.Select(one => one.Stream is { } stream
            ? FinishAsync(stream, Task.CompletedTask, deadline.Token, cancellationToken)
            : Task.FromResult(one.Refused ?? new HttpOutcome.Closed(0))));
        await ReleaseAsync(opened, deadline.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        HttpOutcome[] found = await finishing.ConfigureAwait(false);
        return [.. found];
    }

    /// <summary>Stops reading and writing; streams under way end as closed.</summary>
    /// <returns>A task that ends when nothing of this runs any more.</returns>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync().ConfigureAwait(false);
        if (_running.IsValueCreated)
        {
            await _running.Value.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        _session.End(new HttpOutcome.Closed(0), "the connection was disposed of");
        _end.Dispose();
    }

    private Task Start()
    {
        // No push, and otherwise the defaults: RFC 9113, section 6.5.2.
        _session.Queue([.. Http2Frame.Preface, .. Http2Frame.Setting(2, 0)]);
        return Task.WhenAll(new Http2Reader(_channel, _session).RunAsync(_end.Token), WriteAsync(_end.Token));
    }

    /// <summary>The only writer: whatever waits goes out in one write.</summary>
    private async Task WriteAsync(CancellationToken cancellationToken)
    {
        using var batch = new MemoryStream();
        while (await _session.Outgoing.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
        {
            batch.SetLength(0);
            while (batch.Length < 64 * 1024 && _session.Outgoing.TryRead(out byte[]? frames))
            {
                batch.Write(frames);
            }

            await _channel.WriteAsync(batch.GetBuffer().AsMemory(0, (int)batch.Length), cancellationToken).ConfigureAwait(false);
            _session.Flushed();
        }
    }

    private async Task SendBodyAsync(Http2Stream stream, ReadOnlyMemory<byte> body, bool end, CancellationToken cancellationToken)
    {
        while (!body.IsEmpty && !stream.Outcome.IsCompleted)
        {
            (int count, Task changed) = _session.TakeWindow(stream, body.Length);
            if (count == 0)
            {
                await changed.WaitAsync(cancellationToken).ConfigureAwait(false);
                continue;
            }

            bool last = end && count == body.Length;
            _session.Queue(Http2Frame.Write(Http2Frame.Data, last ? Http2Frame.EndStream : (byte)0, stream.Id, body.Span[..count]));
            body = body[count..];
        }

        if (!body.IsEmpty)
        {
            // Answered before the body was sent: say that the rest will not come.
            _session.Queue(Http2Frame.Number(Http2Frame.Reset, stream.Id, Http2Frame.Cancel));
        }
    }

    private async Task ReleaseAsync(List<(RawHttpRequest Request, Http2Stream? Stream, HttpOutcome? Refused)> opened, CancellationToken cancellationToken)
    {
        var last = new List<byte>();
        foreach ((RawHttpRequest request, Http2Stream? stream, _) in opened)
        {
            if (stream is null)
            {
                continue;
            }

            int held = 0;
            if (!request.Body.IsEmpty)
            {
                await SendBodyAsync(stream, request.Body[..^1], end: false, cancellationToken).ConfigureAwait(false);
                held = await TakeByteAsync(stream, cancellationToken).ConfigureAwait(false);
            }

            last.AddRange(Http2Frame.Write(Http2Frame.Data, Http2Frame.EndStream, stream.Id, request.Body.Span[^held..]));
        }

        await _session.PingAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
        _session.Queue([.. last]);
    }

    /// <summary>Waits for one byte of window, for the frame that is held back; 0 when the stream has ended meanwhile.</summary>
    private async Task<int> TakeByteAsync(Http2Stream stream, CancellationToken cancellationToken)
    {
        while (!stream.Outcome.IsCompleted)
        {
            (int count, Task changed) = _session.TakeWindow(stream, 1);
            if (count > 0)
            {
                return count;
            }

            await changed.WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        return 0;
    }

    private async Task<HttpOutcome> FinishAsync(Http2Stream stream, Task sending, CancellationToken deadline, CancellationToken cancellationToken)
    {
        try
        {
            await stream.Outcome.WaitAsync(deadline).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            bool stopped = _session.With(stream.Id, static one =>
            {
                one.Stop(new HttpOutcome.TimedOut(), "the rest did not come in time");
                return true;
            });
            if (stopped)
            {
                _session.Queue(Http2Frame.Number(Http2Frame.Reset, stream.Id, Http2Frame.Cancel));
            }

            cancellationToken.ThrowIfCancellationRequested();
        }

        await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return await stream.Outcome.ConfigureAwait(false);
    }
}

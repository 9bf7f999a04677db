using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;

namespace Sallyport.Tls.Http;

/// <summary>HTTP/1.1 as bytes on one connection, one request after the other.</summary>
/// <remarks>RFC 9112. The channel stays the caller's to dispose. A connection belongs to one identity: never share it.</remarks>
public sealed class Http1Connection
{
    private readonly ByteChannel _channel;
    private readonly ChannelBuffer _buffer;
    private readonly TimeProvider _time;

    /// <summary>Speaks HTTP/1.1 on a channel.</summary>
    /// <param name="channel">A fresh channel.</param>
    /// <param name="time">The clock of the time-outs; the system's by default.</param>
    public Http1Connection(ByteChannel channel, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(channel);
        _channel = channel;
        _buffer = new ChannelBuffer(channel);
        _time = time ?? TimeProvider.System;
    }

    /// <summary>Whether the last answer ended cleanly and neither side asked to close.</summary>
    public bool CanSendAnother { get; private set; } = true;

    /// <summary>Bytes received beyond the last answer: 0 unless the server said more than it was asked.</summary>
    public int UnreadBytes => _buffer.Available.Length;

    /// <summary>Sends a request and reads its answer.</summary>
    /// <param name="request">Written as given.</param>
    /// <param name="limits">Time and bytes.</param>
    /// <param name="cancellationToken">The caller's own cancel; it throws, while the limit's time-out is an outcome.</param>
    /// <returns>The outcome; nothing that the server sends makes this throw.</returns>
    /// <exception cref="InvalidOperationException"><see cref="CanSendAnother"/> is false.</exception>
    public async Task<HttpOutcome> SendAsync(RawHttpRequest request, HttpLimits limits, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        HttpOutcome outcome = await SendBytesAsync(Http1RequestWriter.Write(request), request.Method, limits, cancellationToken).ConfigureAwait(false);
        CanSendAnother &= !request.Headers.Any(static header => Names(header, "connection") && header.Value.Contains("close", StringComparison.OrdinalIgnoreCase));
        return outcome;
    }

    /// <summary>Sends bytes that the caller wrote, and reads one answer.</summary>
    /// <param name="request">A whole request, or what a server shall take for one.</param>
    /// <param name="method">The method it stands for: HEAD and CONNECT answers have no body.</param>
    /// <param name="limits">Time and bytes.</param>
    /// <param name="cancellationToken">The caller's own cancel; it throws, while the limit's time-out is an outcome.</param>
    /// <returns>The outcome; nothing that the server sends makes this throw.</returns>
    /// <exception cref="InvalidOperationException"><see cref="CanSendAnother"/> is false.</exception>
    public async Task<HttpOutcome> SendBytesAsync(ReadOnlyMemory<byte> request, string method, HttpLimits limits, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(method);
        ArgumentNullException.ThrowIfNull(limits);
        if (!CanSendAnother)
        {
            throw new InvalidOperationException("The connection has ended; open another.");
        }

        CanSendAnother = false;
        using var timeout = new CancellationTokenSource(limits.Timeout, _time);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);

        // Written while reading: a server may answer, and stop reading, in the middle of a long body.
        Task writing = _channel.WriteAsync(request, deadline.Token).AsTask();
        var reader = new Http1AnswerReader(_buffer, method, limits);
        HttpOutcome outcome = await reader.ReadAsync(deadline.Token).ConfigureAwait(false);
        bool written = writing.IsCompletedSuccessfully;
        if (!writing.IsCompleted)
        {
            await deadline.CancelAsync().ConfigureAwait(false);
        }

        await writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
        CanSendAnother = written && outcome is HttpOutcome.Answered && reader.CanGoOn;
        return outcome;
    }

    /// <summary>Sends a request but for its last byte, waits, sends that byte and reads the answer: many connections so held can be let go at once.</summary>
    /// <param name="request">Written as given.</param>
    /// <param name="beforeLast">Awaited when all but the last byte has been sent.</param>
    /// <param name="limits">Time and bytes; the time counts from the last byte.</param>
    /// <param name="cancellationToken">The caller's own cancel; it throws, while the limit's time-out is an outcome.</param>
    /// <returns>The outcome; nothing that the server sends makes this throw.</returns>
    /// <remarks>The last byte of a request without a body is that of the empty line: no server can act on the rest.</remarks>
    /// <exception cref="InvalidOperationException"><see cref="CanSendAnother"/> is false.</exception>
    public async Task<HttpOutcome> SendHeldAsync(RawHttpRequest request, Func<Task> beforeLast, HttpLimits limits, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(beforeLast);
        ArgumentNullException.ThrowIfNull(limits);
        if (!CanSendAnother)
        {
            throw new InvalidOperationException("The connection has ended; open another.");
        }

        byte[] bytes = Http1RequestWriter.Write(request);
        using (var holding = new CancellationTokenSource(limits.Timeout, _time))
        using (var either = CancellationTokenSource.CreateLinkedTokenSource(holding.Token, cancellationToken))
        {
            try
            {
                await _channel.WriteAsync(bytes.AsMemory(..^1), either.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                CanSendAnother = false;
                return new HttpOutcome.TimedOut();
            }
        }

        await beforeLast().WaitAsync(cancellationToken).ConfigureAwait(false);
        return await SendBytesAsync(bytes.AsMemory(^1..), request.Method, limits, cancellationToken).ConfigureAwait(false);
    }

    private static bool Names(HttpHeader header, string name) => header.Name.Equals(name, StringComparison.OrdinalIgnoreCase);
}

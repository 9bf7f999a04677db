using System;
using System.Collections.Immutable;
using System.Threading;
using System.Threading.Tasks;

namespace Sallyport.Tls.Http;

/// <summary>HTTP/2 as frames on one connection, several streams at once.</summary>
/// <remarks>RFC 9113. The channel stays the caller's to dispose; dispose this first, it stops reading.</remarks>
public sealed class Http2Connection : IAsyncDisposable
{
    private readonly ByteChannel _channel;
    private readonly TimeProvider _time;

    /// <summary>Speaks HTTP/2 on a channel that agreed on "h2".</summary>
    /// <param name="channel">A fresh channel.</param>
    /// <param name="time">The clock of the time-outs; the system's by default.</param>
    public Http2Connection(ByteChannel channel, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(channel);
        _channel = channel;
        _time = time ?? TimeProvider.System;
    }

    /// <summary>Whether a further stream can be opened.</summary>
    public bool CanSendAnother { get; private set; } = true;

    /// <summary>Sends a request on a stream of its own; several may be under way.</summary>
    /// <param name="request">Written as given.</param>
    /// <param name="limits">Time and bytes.</param>
    /// <param name="cancellationToken">The caller's own cancel; it throws, while the limit's time-out is an outcome.</param>
    /// <returns>The outcome; nothing that the server sends makes this throw.</returns>
    public Task<HttpOutcome> SendAsync(RawHttpRequest request, HttpLimits limits, CancellationToken cancellationToken) =>
        throw new NotSupportedException("Being written.");

    /// <summary>Sends all requests but the last frame of each, then the last frames in one write, so that the server sees them together.</summary>
    /// <param name="requests">One stream each.</param>
    /// <param name="limits">Time and bytes of each.</param>
    /// <param name="cancellationToken">The caller's own cancel.</param>
    /// <returns>The outcomes in the order of the requests.</returns>
    public Task<ImmutableArray<HttpOutcome>> SendTogetherAsync(
        ImmutableArray<RawHttpRequest> requests, HttpLimits limits, CancellationToken cancellationToken) =>
        throw new NotSupportedException("Being written.");

    /// <summary>Stops reading; streams under way end as closed.</summary>
    public ValueTask DisposeAsync()
    {
        _ = _channel;
        _ = _time;
        CanSendAnother = false;
        return ValueTask.CompletedTask;
    }
}

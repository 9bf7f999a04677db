using System;
using System.Threading;
using System.Threading.Tasks;

namespace Sallyport.Tls.Http;

/// <summary>HTTP/1.1 as bytes on one connection, one request after the other.</summary>
/// <remarks>RFC 9112. The channel stays the caller's to dispose.</remarks>
public sealed class Http1Connection
{
    private readonly ByteChannel _channel;
    private readonly TimeProvider _time;

    /// <summary>Speaks HTTP/1.1 on a channel.</summary>
    /// <param name="channel">A fresh channel.</param>
    /// <param name="time">The clock of the time-outs; the system's by default.</param>
    public Http1Connection(ByteChannel channel, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(channel);
        _channel = channel;
        _time = time ?? TimeProvider.System;
    }

    /// <summary>Whether the last answer ended cleanly and neither side asked to close.</summary>
    public bool CanSendAnother { get; private set; } = true;

    /// <summary>Sends a request and reads its answer.</summary>
    /// <param name="request">Written as given.</param>
    /// <param name="limits">Time and bytes.</param>
    /// <param name="cancellationToken">The caller's own cancel; it throws, while the limit's time-out is an outcome.</param>
    /// <returns>The outcome; nothing that the server sends makes this throw.</returns>
    /// <exception cref="InvalidOperationException"><see cref="CanSendAnother"/> is false.</exception>
    public Task<HttpOutcome> SendAsync(RawHttpRequest request, HttpLimits limits, CancellationToken cancellationToken)
    {
        _ = _channel;
        _ = _time;
        CanSendAnother = false;
        throw new NotSupportedException("Being written.");
    }
}

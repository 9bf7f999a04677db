using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;

namespace Sallyport.Tls;

/// <summary>A channel without TLS, for <c>http://</c> and for plain HTTP sent to a TLS port.</summary>
public sealed class PlainChannel : ByteChannel
{
    private readonly Stream _stream;

    /// <summary>Wraps a connected stream and owns it.</summary>
    /// <param name="stream">The connected stream; disposed with the channel.</param>
    public PlainChannel(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        _stream = stream;
    }

    /// <inheritdoc/>
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        try
        {
            await _stream.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
            await _stream.FlushAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // A server that refuses early closes while we still write; what it said before is in the read side.
        }
    }

    /// <inheritdoc/>
    public override async ValueTask<ChannelRead> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            int count = await _stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
            return count > 0 ? new ChannelRead.Data(count) : new ChannelRead.Closed();
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            return new ChannelRead.Closed();
        }
    }

    /// <inheritdoc/>
    public override ValueTask DisposeAsync() => _stream.DisposeAsync();
}

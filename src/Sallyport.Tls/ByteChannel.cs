using System;
using System.Threading;
using System.Threading.Tasks;

namespace Sallyport.Tls;

/// <summary>Bytes both ways between us and a peer, with the end of the stream told apart: alert, close, garbage.</summary>
/// <remarks>One reader and one writer may run at the same time; two readers may not.</remarks>
public abstract class ByteChannel : IAsyncDisposable
{
    /// <summary>Sends bytes and flushes them. A peer that has gone is not an error here: the next read tells.</summary>
    /// <param name="bytes">What to send.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public abstract ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken);

    /// <summary>Reads at least one byte or the reason why there is none.</summary>
    /// <param name="buffer">Where the bytes go; must not be empty.</param>
    /// <param name="cancellationToken">Cancels the wait; time-outs are the caller's tokens.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public abstract ValueTask<ChannelRead> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken);

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();
}

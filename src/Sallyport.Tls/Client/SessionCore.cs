using System;
using System.Threading;
using System.Threading.Tasks;

namespace Sallyport.Tls.Client;

/// <summary>What goes on below an open session, one kind for each generation of the protocol.</summary>
internal abstract class SessionCore : IAsyncDisposable
{
    internal abstract SessionFacts Facts { get; }

    public abstract ValueTask DisposeAsync();

    internal abstract ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken);

    internal abstract ValueTask<ChannelRead> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken);

    internal abstract Task<ChannelRead?> RenegotiateAsync(CancellationToken cancellationToken);

    internal abstract Task UpdateKeysAsync(CancellationToken cancellationToken);
}

using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;

namespace Sallyport.Tls.Tests.Support;

/// <summary>A peer that says what it was given and then closes, and takes everything.</summary>
internal sealed class CannedStream(byte[] answer) : MemoryStream(answer, writable: false)
{
    public override bool CanWrite => true;

    public override void Write(byte[] buffer, int offset, int count)
    {
        // Taken.
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => Task.CompletedTask;

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => ValueTask.CompletedTask;
}

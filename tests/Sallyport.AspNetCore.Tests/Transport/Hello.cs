using System;
using System.IO;
using System.Net.Security;
using System.Threading;
using System.Threading.Tasks;

namespace Sallyport.AspNetCore.Tests.Transport;

/// <summary>What a client says first, for peers that say no more.</summary>
internal static class Hello
{
    /// <summary>The ClientHello of this platform, as it goes over the wire.</summary>
    public static async Task<byte[]> FirstFlightAsync(CancellationToken cancellationToken)
    {
        using var wire = new Deaf();
        await using var client = new SslStream(wire, leaveInnerStreamOpen: true);
        await Should.ThrowAsync<IOException>(() => client.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "localhost" }, cancellationToken));
        wire.Said.Length.ShouldBeGreaterThan(100);
        return wire.Said.ToArray();
    }

    /// <summary>Keeps what is written and ends when it is read.</summary>
    private sealed class Deaf : Stream
    {
        public MemoryStream Said { get; } = new();

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => 0;

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => Said.Write(buffer, offset, count);

        protected override void Dispose(bool disposing)
        {
            Said.Dispose();
            base.Dispose(disposing);
        }
    }
}

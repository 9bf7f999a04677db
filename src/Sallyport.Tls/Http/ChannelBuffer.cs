using System;
using System.Threading;
using System.Threading.Tasks;

namespace Sallyport.Tls.Http;

/// <summary>Received bytes that are not consumed yet; the reader who consumes too little is bounded by its own limits.</summary>
internal sealed class ChannelBuffer(ByteChannel channel)
{
    private byte[] _buffer = new byte[16 * 1024];
    private int _start;
    private int _end;

    internal ReadOnlySpan<byte> Available => _buffer.AsSpan(_start, _end - _start);

    internal void Consume(int count)
    {
        _start += count;
        if (_start == _end)
        {
            (_start, _end) = (0, 0);
        }
    }

    /// <summary>Reads once and appends; anything but data leaves the buffer as it was.</summary>
    internal async ValueTask<ChannelRead> FillAsync(CancellationToken cancellationToken)
    {
        if (_end == _buffer.Length)
        {
            int waiting = _end - _start;
            byte[] target = waiting > _buffer.Length / 2 ? new byte[_buffer.Length * 2] : _buffer;
            _buffer.AsSpan(_start, waiting).CopyTo(target);
            (_buffer, _start, _end) = (target, 0, waiting);
        }

        ChannelRead read = await channel.ReadAsync(_buffer.AsMemory(_end), cancellationToken).ConfigureAwait(false);
        if (read is ChannelRead.Data data)
        {
            _end += data.Count;
        }

        return read;
    }
}

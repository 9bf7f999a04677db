using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;

namespace Sallyport.Tls.Client;

/// <summary>Application data that was received and not yet read, and then the end.</summary>
internal sealed class ReadQueue
{
    private readonly Queue<byte[]> _waiting = [];
    private int _offset;
    private ChannelRead? _end;

    internal void Add(byte[] bytes) => _waiting.Enqueue(bytes);

    internal void End(ChannelRead end) => _end ??= end;

    internal bool TryTake(Memory<byte> buffer, [NotNullWhen(true)] out ChannelRead? read)
    {
        if (!_waiting.TryPeek(out byte[]? first))
        {
            read = _end;
            return read is not null;
        }

        int count = Math.Min(first.Length - _offset, buffer.Length);
        first.AsMemory(_offset, count).CopyTo(buffer);
        _offset += count;
        if (_offset == first.Length)
        {
            _waiting.Dequeue();
            _offset = 0;
        }

        read = new ChannelRead.Data(count);
        return true;
    }
}

using System;

namespace Sallyport.Tls.Wire;

/// <summary>Puts handshake messages together from record payloads, however they were cut; the memory is bounded by the limit.</summary>
/// <remarks>RFC 8446, section 5.1. An announced length above the limit is refused before anything is kept for it.</remarks>
internal sealed class HandshakeAssembler
{
    private readonly int _maxMessageBytes;
    private byte[] _buffer = new byte[4096];
    private int _start;
    private int _end;

    internal HandshakeAssembler(int maxMessageBytes) => _maxMessageBytes = maxMessageBytes;

    /// <summary>Whether bytes of an unfinished (or not yet taken) message wait; keys must not change then.</summary>
    internal bool HasPending => _end > _start;

    /// <summary>Why no message can be taken any more; null while all is well.</summary>
    internal string? Defect { get; private set; }

    internal void Append(ReadOnlySpan<byte> payload)
    {
        if (_end - _start + (long)payload.Length > _maxMessageBytes + 4L + (1 << 17))
        {
            Defect ??= "handshake messages pile up unread";
            return;
        }

        if (_end + payload.Length > _buffer.Length)
        {
            int waiting = _end - _start;
            byte[] target = waiting + payload.Length > _buffer.Length
                ? new byte[Math.Max(_buffer.Length * 2, waiting + payload.Length)]
                : _buffer;
            _buffer.AsSpan(_start, waiting).CopyTo(target);
            (_buffer, _start, _end) = (target, 0, waiting);
        }

        payload.CopyTo(_buffer.AsSpan(_end));
        _end += payload.Length;
    }

    /// <summary>Takes the next whole message; false means "more bytes, please", or <see cref="Defect"/>.</summary>
    internal bool TryTake(out HandshakeMessage message)
    {
        message = default;
        var reader = new TlsReader(_buffer.AsSpan(_start, _end - _start));
        if (Defect is not null || !reader.TryU8(out byte type) || !reader.TryU24(out int length))
        {
            return false;
        }

        if (length > _maxMessageBytes)
        {
            Defect = $"a handshake message of type {type} claims {length} bytes";
            return false;
        }

        if (!reader.TryBytes(length, out _))
        {
            return false;
        }

        message = new HandshakeMessage((HandshakeType)type, _buffer.AsSpan(_start, length + 4).ToArray());
        _start += length + 4;
        if (_start == _end)
        {
            (_start, _end) = (0, 0);
        }

        return true;
    }
}

using System;
using System.Buffers.Binary;

namespace Sallyport.Tls.Wire;

/// <summary>Writes TLS's presentation language: big-endian numbers and vectors with their length in front.</summary>
/// <remarks>RFC 8446, section 3. A vector that does not fit its length field is our mistake and throws.</remarks>
internal sealed class TlsWriter
{
    private byte[] _buffer = new byte[512];
    private int _length;

    internal int Length => _length;

    internal ReadOnlySpan<byte> Written => _buffer.AsSpan(0, _length);

    internal byte[] ToArray() => Written.ToArray();

    internal TlsWriter U8(int value)
    {
        Grow(1)[0] = checked((byte)value);
        return this;
    }

    internal TlsWriter U16(int value)
    {
        BinaryPrimitives.WriteUInt16BigEndian(Grow(2), checked((ushort)value));
        return this;
    }

    internal TlsWriter U24(int value)
    {
        Span<byte> room = Grow(3);
        WriteLength(room, value);
        return this;
    }

    internal TlsWriter U32(uint value)
    {
        BinaryPrimitives.WriteUInt32BigEndian(Grow(4), value);
        return this;
    }

    internal TlsWriter Bytes(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Grow(bytes.Length));
        return this;
    }

    /// <summary>A whole vector: length of 1, 2 or 3 bytes, then the bytes.</summary>
    internal TlsWriter Vector(int lengthBytes, ReadOnlySpan<byte> bytes)
    {
        int mark = Begin(lengthBytes);
        Bytes(bytes);
        return End(mark, lengthBytes);
    }

    /// <summary>Leaves room for a length; <see cref="End"/> fills it with what was written since.</summary>
    internal int Begin(int lengthBytes)
    {
        Grow(lengthBytes);
        return _length;
    }

    internal TlsWriter End(int mark, int lengthBytes)
    {
        WriteLength(_buffer.AsSpan(mark - lengthBytes, lengthBytes), _length - mark);
        return this;
    }

    private static void WriteLength(Span<byte> room, int value)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(value, 1 << (8 * room.Length));
        for (int i = room.Length - 1; i >= 0; i--)
        {
            room[i] = (byte)value;
            value >>= 8;
        }
    }

    private Span<byte> Grow(int count)
    {
        if (_length + count > _buffer.Length)
        {
            Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, _length + count));
        }

        Span<byte> room = _buffer.AsSpan(_length, count);
        _length += count;
        return room;
    }
}

using System;
using System.Buffers.Binary;

namespace Sallyport.Tls.Wire;

/// <summary>Reads TLS's presentation language from bytes that a stranger sent: every read says whether it fitted, none throws.</summary>
/// <remarks>RFC 8446, section 3. A failed read leaves the position where it was.</remarks>
internal ref struct TlsReader
{
    private ReadOnlySpan<byte> _rest;

    internal TlsReader(ReadOnlySpan<byte> bytes) => _rest = bytes;

    internal readonly bool IsEnd => _rest.IsEmpty;

    internal readonly int Remaining => _rest.Length;

    internal readonly ReadOnlySpan<byte> Rest => _rest;

    internal bool TryU8(out byte value)
    {
        if (_rest.IsEmpty)
        {
            value = 0;
            return false;
        }

        value = _rest[0];
        _rest = _rest[1..];
        return true;
    }

    internal bool TryU16(out ushort value)
    {
        if (!BinaryPrimitives.TryReadUInt16BigEndian(_rest, out value))
        {
            return false;
        }

        _rest = _rest[2..];
        return true;
    }

    internal bool TryU24(out int value)
    {
        if (_rest.Length < 3)
        {
            value = 0;
            return false;
        }

        value = (_rest[0] << 16) | (_rest[1] << 8) | _rest[2];
        _rest = _rest[3..];
        return true;
    }

    internal bool TryU32(out uint value)
    {
        if (!BinaryPrimitives.TryReadUInt32BigEndian(_rest, out value))
        {
            return false;
        }

        _rest = _rest[4..];
        return true;
    }

    internal bool TryBytes(int count, out ReadOnlySpan<byte> bytes)
    {
        if (count < 0 || count > _rest.Length)
        {
            bytes = default;
            return false;
        }

        bytes = _rest[..count];
        _rest = _rest[count..];
        return true;
    }

    /// <summary>A vector whose length takes one byte.</summary>
    internal bool TryVector8(out ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> before = _rest;
        if (TryU8(out byte length) && TryBytes(length, out bytes))
        {
            return true;
        }

        _rest = before;
        bytes = default;
        return false;
    }

    /// <summary>A vector whose length takes two bytes.</summary>
    internal bool TryVector16(out ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> before = _rest;
        if (TryU16(out ushort length) && TryBytes(length, out bytes))
        {
            return true;
        }

        _rest = before;
        bytes = default;
        return false;
    }

    /// <summary>A vector whose length takes three bytes.</summary>
    internal bool TryVector24(out ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> before = _rest;
        if (TryU24(out int length) && TryBytes(length, out bytes))
        {
            return true;
        }

        _rest = before;
        bytes = default;
        return false;
    }
}

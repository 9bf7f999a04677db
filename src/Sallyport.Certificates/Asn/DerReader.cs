using System;

namespace Sallyport.Certificates.Asn;

/// <summary>A forward reader of DER that answers false instead of throwing.</summary>
/// <remarks>X.690 DER: definite and minimal lengths only. Tags above 30 never occur in PKIX structures and are refused.</remarks>
internal struct DerReader(ReadOnlyMemory<byte> data)
{
    private ReadOnlyMemory<byte> _rest = data;

    public readonly bool AtEnd => _rest.IsEmpty;

    /// <summary>The next tag octet, or -1 at the end.</summary>
    public readonly int NextTag => _rest.IsEmpty ? -1 : _rest.Span[0];

    /// <summary>Splits one header: tag octet, header length and content length, all inside <paramref name="data"/>.</summary>
    public static bool TrySplit(ReadOnlySpan<byte> data, out byte tag, out int header, out int length)
    {
        tag = 0;
        header = 0;
        length = 0;
        if (data.Length < 2 || (data[0] & 0x1f) == 0x1f)
        {
            return false;
        }

        tag = data[0];
        int first = data[1];
        if (first < 0x80)
        {
            header = 2;
            length = first;
            return length <= data.Length - header;
        }

        int octets = first & 0x7f;
        if (octets is 0 or > 4 || data.Length < 2 + octets || data[2] == 0)
        {
            return false;
        }

        uint value = 0;
        for (int i = 0; i < octets; i++)
        {
            value = (value << 8) | data[2 + i];
        }

        header = 2 + octets;
        if (value < 0x80 || value > (uint)(data.Length - header))
        {
            return false;
        }

        length = (int)value;
        return true;
    }

    public bool TryTake(byte tag, out ReadOnlyMemory<byte> content)
    {
        content = default;
        return NextTag == tag && TryTakeAny(out _, out content, out _);
    }

    /// <summary>Takes one element with its header when it has this tag.</summary>
    public bool TryTakeWhole(byte tag, out ReadOnlyMemory<byte> whole)
    {
        whole = default;
        return NextTag == tag && TryTakeAny(out _, out _, out whole);
    }

    public bool TryTakeAny(out byte tag, out ReadOnlyMemory<byte> content, out ReadOnlyMemory<byte> whole)
    {
        content = default;
        whole = default;
        if (!TrySplit(_rest.Span, out tag, out int header, out int length))
        {
            return false;
        }

        whole = _rest[..(header + length)];
        content = whole[header..];
        _rest = _rest[(header + length)..];
        return true;
    }

    public bool TryTakeSequence(out DerReader inner) => TryTakeInner(DerTag.Sequence, out inner);

    public bool TryTakeInner(byte tag, out DerReader inner)
    {
        bool taken = TryTake(tag, out ReadOnlyMemory<byte> content);
        inner = new DerReader(content);
        return taken;
    }

    /// <summary>Takes a BOOLEAN under any (possibly implicit) tag.</summary>
    public bool TryTakeBoolean(byte tag, out bool value)
    {
        value = false;
        if (!TryTake(tag, out ReadOnlyMemory<byte> content) || content.Length != 1)
        {
            return false;
        }

        value = content.Span[0] != 0;
        return content.Span[0] is 0x00 or 0xff;
    }

    public bool TryTakeOid(out string oid) => TryTakeOid(DerTag.Oid, out oid);

    public bool TryTakeOid(byte tag, out string oid)
    {
        oid = "";
        return TryTake(tag, out ReadOnlyMemory<byte> content) && ObjectIdentifier.TryDecode(content.Span, out oid);
    }

    /// <summary>Takes a minimal INTEGER's content octets.</summary>
    public bool TryTakeInteger(byte tag, out ReadOnlyMemory<byte> octets)
    {
        if (!TryTake(tag, out octets) || octets.IsEmpty)
        {
            return false;
        }

        ReadOnlySpan<byte> span = octets.Span;
        bool padded = span.Length > 1 && ((span[0] == 0 && span[1] < 0x80) || (span[0] == 0xff && span[1] >= 0x80));
        return !padded;
    }

    /// <summary>Takes a non-negative INTEGER; what does not fit is clamped to int.MaxValue (counters, path lengths).</summary>
    public bool TryTakeCount(byte tag, out int value)
    {
        value = 0;
        if (!TryTakeInteger(tag, out ReadOnlyMemory<byte> octets) || octets.Span[0] >= 0x80)
        {
            return false;
        }

        long sum = 0;
        foreach (byte octet in octets.Span)
        {
            sum = Math.Min((sum << 8) | octet, int.MaxValue);
        }

        value = (int)sum;
        return true;
    }

    /// <summary>Takes a BIT STRING; its unused bits must be zero.</summary>
    public bool TryTakeBits(byte tag, out ReadOnlyMemory<byte> bits, out int unused)
    {
        bits = default;
        unused = 0;
        if (!TryTake(tag, out ReadOnlyMemory<byte> content) || content.IsEmpty)
        {
            return false;
        }

        unused = content.Span[0];
        bits = content[1..];
        return unused <= 7
            && (unused == 0 || !bits.IsEmpty)
            && (unused == 0 || (bits.Span[^1] & ((1 << unused) - 1)) == 0);
    }

    public bool TryTakeTime(out DateTimeOffset time)
    {
        time = default;
        return TryTakeAny(out byte tag, out ReadOnlyMemory<byte> content, out _) && DerTime.TryDecode(tag, content.Span, out time);
    }
}

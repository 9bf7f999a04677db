using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Numerics;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Sallyport.Forge.Der;

/// <summary>Writes DER values, each as its own array; an empty array stands for an absent optional value.</summary>
/// <remarks>X.690. Written apart from the platform's codec on purpose: what mints must not share a mistake with what verifies.</remarks>
internal static class DerWriter
{
    internal const byte SequenceTag = 0x30;
    internal const byte SetTag = 0x31;

    /// <summary>One tag, its definite length in the fewest octets, and the content.</summary>
    internal static byte[] Tagged(byte tag, ReadOnlySpan<byte> content)
    {
        byte[] length = Length(content.Length);
        byte[] value = new byte[1 + length.Length + content.Length];
        value[0] = tag;
        length.CopyTo(value, 1);
        content.CopyTo(value.AsSpan(1 + length.Length));
        return value;
    }

    internal static byte[] Length(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        if (length < 0x80)
        {
            return [(byte)length];
        }

        Span<byte> big = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(big, length);
        ReadOnlySpan<byte> digits = big[(BitOperations.LeadingZeroCount((uint)length) / 8)..];
        return [(byte)(0x80 | digits.Length), .. digits];
    }

    internal static byte[] Concat(params IEnumerable<byte[]> parts)
    {
        List<byte[]> list = [.. parts];
        byte[] all = new byte[list.Sum(part => part.Length)];
        int at = 0;
        foreach (byte[] part in list)
        {
            part.CopyTo(all, at);
            at += part.Length;
        }

        return all;
    }

    internal static byte[] Sequence(params IEnumerable<byte[]> parts) => Tagged(SequenceTag, Concat(parts));

    /// <summary>SET OF: the encodings in ascending order, as DER wants them.</summary>
    internal static byte[] SetOf(IEnumerable<byte[]> members) =>
        Tagged(SetTag, Concat(members.Order(Comparer<byte[]>.Create((a, b) => a.AsSpan().SequenceCompareTo(b)))));

    /// <summary>Context tag around a whole value (EXPLICIT), or as a constructed IMPLICIT tag around its content.</summary>
    internal static byte[] Context(int number, ReadOnlySpan<byte> content) => Tagged((byte)(0xA0 | number), content);

    /// <summary>IMPLICIT context tag of a primitive value.</summary>
    internal static byte[] ContextPrimitive(int number, ReadOnlySpan<byte> content) => Tagged((byte)(0x80 | number), content);

    internal static byte[] Boolean(bool value) => [0x01, 0x01, value ? (byte)0xFF : (byte)0x00];

    internal static byte[] Null() => [0x05, 0x00];

    internal static byte[] Integer(BigInteger value) => Tagged(0x02, value.ToByteArray(isUnsigned: false, isBigEndian: true));

    /// <summary>An INTEGER whose content is taken as it is: serial numbers may be negative, padded or far too long.</summary>
    internal static byte[] RawInteger(ReadOnlySpan<byte> content) => Tagged(0x02, content);

    /// <summary>A positive INTEGER from its magnitude.</summary>
    internal static byte[] UnsignedInteger(ReadOnlySpan<byte> magnitude) =>
        Integer(new BigInteger(magnitude, isUnsigned: true, isBigEndian: true));

    internal static byte[] Enumerated(int value) => Tagged(0x0A, ((BigInteger)value).ToByteArray(isUnsigned: false, isBigEndian: true));

    internal static byte[] OctetString(ReadOnlySpan<byte> content) => Tagged(0x04, content);

    internal static byte[] BitString(ReadOnlySpan<byte> content, int unusedBits = 0) => Tagged(0x03, [(byte)unusedBits, .. content]);

    /// <summary>A BIT STRING with named bits: bit 0 first, trailing zero bits removed.</summary>
    internal static byte[] NamedBits(ReadOnlySpan<byte> bits) => Tagged(0x03, NamedBitsContent(bits));

    internal static byte[] NamedBitsContent(ReadOnlySpan<byte> bits)
    {
        ReadOnlySpan<byte> kept = bits.TrimEnd((byte)0);
        return kept.IsEmpty ? [0] : [(byte)BitOperations.TrailingZeroCount(kept[^1]), .. kept];
    }

    internal static byte[] KeyUsage(X509KeyUsageFlags usages) => NamedBits([(byte)((int)usages & 0xFF), (byte)((int)usages >> 8)]);

    internal static byte[] Oid(string dotted) => Tagged(0x06, OidContent(dotted));

    internal static byte[] OidContent(string dotted)
    {
        BigInteger[] arcs = [.. dotted.Split('.').Select(arc => BigInteger.Parse(arc, NumberStyles.None, CultureInfo.InvariantCulture))];
        if (arcs.Length < 2 || arcs[0] > 2 || (arcs[0] < 2 && arcs[1] > 39))
        {
            throw new ArgumentException($"'{dotted}' is not an object identifier.", nameof(dotted));
        }

        List<byte> content = [];
        AddArc(content, (arcs[0] * 40) + arcs[1]);
        foreach (BigInteger arc in arcs.AsSpan(2))
        {
            AddArc(content, arc);
        }

        return [.. content];
    }

    internal static byte[] Text(byte tag, string text) => Tagged(tag, EncodingOf(tag).GetBytes(text));

    internal static byte[] Ia5(string text) => Text(0x16, text);

    /// <summary>UTCTime until the end of 2049, GeneralizedTime from then on (RFC 5280, section 4.1.2.5).</summary>
    internal static byte[] Time(DateTimeOffset time)
    {
        DateTimeOffset utc = time.ToUniversalTime();
        return utc.Year is >= 1950 and < 2050
            ? Tagged(0x17, Encoding.ASCII.GetBytes(utc.ToString("yyMMddHHmmss'Z'", CultureInfo.InvariantCulture)))
            : GeneralizedTime(utc);
    }

    internal static byte[] GeneralizedTime(DateTimeOffset time) =>
        Tagged(0x18, Encoding.ASCII.GetBytes(time.ToUniversalTime().ToString("yyyyMMddHHmmss'Z'", CultureInfo.InvariantCulture)));

    private static Encoding EncodingOf(byte tag) => tag switch
    {
        0x0C => Encoding.UTF8,
        0x1E => Encoding.BigEndianUnicode,
        // Latin-1 keeps every char below 256 as its own octet, so a PrintableString may be filled with what it must not hold.
        _ => Encoding.Latin1,
    };

    private static void AddArc(List<byte> content, BigInteger arc)
    {
        Stack<byte> groups = new();
        groups.Push((byte)(arc & 0x7F));
        for (arc >>= 7; arc > 0; arc >>= 7)
        {
            groups.Push((byte)((arc & 0x7F) | 0x80));
        }

        content.AddRange(groups);
    }
}

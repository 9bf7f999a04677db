using System;
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Sallyport.Scan.Transport;

/// <summary>What a name server of one zone and one address says to one datagram (RFC 1035, section 4).</summary>
/// <remarks>An answer is at most a record longer than its question: nobody's amplifier.</remarks>
internal static class DnsAnswer
{
    private const int Header = 12;
    private const int MaxName = 255;
    private const int MaxLabel = 63;
    private const ushort Response = 0x8400; // QR and AA
    private const ushort OpcodeMask = 0x7800;
    private const ushort RecursionDesired = 0x0100;
    private const ushort FormatError = 1;
    private const ushort NotImplemented = 4;
    private const ushort Refused = 5;
    private const ushort Internet = 1;
    private const ushort A = 1;
    private const ushort Aaaa = 28;

    /// <summary>The answer; <c>null</c> for what gets none: no question at all, or an answer of somebody else.</summary>
    /// <param name="datagram">What came.</param>
    /// <param name="zone">The zone, in lower case.</param>
    /// <param name="address">The address of every name in it.</param>
    /// <param name="asked">The name that was asked for, in lower case, when it is in the zone; else <c>null</c>.</param>
    public static byte[]? To(ReadOnlySpan<byte> datagram, string zone, IPAddress address, out string? asked)
    {
        asked = null;
        if (datagram.Length < Header)
        {
            return null;
        }

        ushort flags = BinaryPrimitives.ReadUInt16BigEndian(datagram[2..]);
        if ((flags & 0x8000) != 0)
        {
            return null;
        }

        if ((flags & OpcodeMask) != 0)
        {
            return Say(datagram, flags, NotImplemented, Header, []);
        }

        if (BinaryPrimitives.ReadUInt16BigEndian(datagram[4..]) != 1 || !TryName(datagram[Header..], out string? name, out int used) || datagram.Length < Header + used + 4)
        {
            return Say(datagram, flags, FormatError, Header, []);
        }

        int end = Header + used + 4;
        ushort type = BinaryPrimitives.ReadUInt16BigEndian(datagram[(Header + used)..]);
        if (BinaryPrimitives.ReadUInt16BigEndian(datagram[(Header + used + 2)..]) != Internet || !(name == zone || name.EndsWith("." + zone, StringComparison.Ordinal)))
        {
            return Say(datagram, flags, Refused, end, []);
        }

        asked = name;
        ushort own = address.AddressFamily == AddressFamily.InterNetworkV6 ? Aaaa : A;
        return Say(datagram, flags, 0, end, type == own ? Record(own, address) : []);
    }

    private static byte[] Say(ReadOnlySpan<byte> datagram, ushort flags, ushort code, int end, ReadOnlySpan<byte> record)
    {
        byte[] answer = new byte[end + record.Length];
        datagram[..end].CopyTo(answer);
        BinaryPrimitives.WriteUInt16BigEndian(answer.AsSpan(2), (ushort)(Response | (flags & (OpcodeMask | RecursionDesired)) | code));
        BinaryPrimitives.WriteUInt16BigEndian(answer.AsSpan(4), (ushort)(end > Header ? 1 : 0));
        BinaryPrimitives.WriteUInt16BigEndian(answer.AsSpan(6), (ushort)(record.IsEmpty ? 0 : 1));
        answer.AsSpan(8, 4).Clear();
        record.CopyTo(answer.AsSpan(end));
        return answer;
    }

    /// <summary>A record of the asked name that nobody keeps: its time to live is zero.</summary>
    private static byte[] Record(ushort type, IPAddress address)
    {
        byte[] value = address.GetAddressBytes();
        byte[] record = new byte[Header + value.Length];
        BinaryPrimitives.WriteUInt16BigEndian(record, 0xC000 | Header); // the name of the question
        BinaryPrimitives.WriteUInt16BigEndian(record.AsSpan(2), type);
        BinaryPrimitives.WriteUInt16BigEndian(record.AsSpan(4), Internet);
        BinaryPrimitives.WriteUInt16BigEndian(record.AsSpan(10), (ushort)value.Length);
        value.CopyTo(record.AsSpan(Header));
        return record;
    }

    /// <summary>Reads the name of a question. Pointers have no business in one: there is nothing before it to point at.</summary>
    private static bool TryName(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out string? name, out int used)
    {
        name = null;
        used = 0;
        StringBuilder text = new();
        while (used < bytes.Length && used < MaxName)
        {
            int length = bytes[used++];
            if (length == 0)
            {
                name = text.ToString().ToLowerInvariant();
                return true;
            }

            if (length > MaxLabel || used + length > bytes.Length || used + length > MaxName)
            {
                return false;
            }

            foreach (byte letter in bytes.Slice(used, length))
            {
                // A dot within a label would be read as two labels.
                if (letter is <= 0x20 or >= 0x7F or (byte)'.')
                {
                    return false;
                }
            }

            text.Append(text.Length > 0 ? "." : "").Append(Encoding.ASCII.GetString(bytes.Slice(used, length)));
            used += length;
        }

        return false;
    }
}

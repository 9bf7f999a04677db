using System;
using System.Globalization;
using System.Text;

namespace Sallyport.Certificates.Asn;

/// <summary>Object identifiers as dotted text. Arcs up to 128 bits (UUID arcs under 2.25), at most 96 octets.</summary>
internal static class ObjectIdentifier
{
    private const int MaxOctets = 96;

    public static bool TryDecode(ReadOnlySpan<byte> content, out string oid)
    {
        oid = "";
        if (content.IsEmpty || content.Length > MaxOctets || content[^1] >= 0x80)
        {
            return false;
        }

        var text = new StringBuilder(content.Length * 3);
        UInt128 arc = 0;
        bool starting = true;
        foreach (byte octet in content)
        {
            if ((starting && octet == 0x80) || arc >> 121 != 0)
            {
                return false;
            }

            arc = (arc << 7) | (uint)(octet & 0x7f);
            starting = octet < 0x80;
            if (starting)
            {
                Append(text, arc);
                arc = 0;
            }
        }

        oid = text.ToString();
        return true;
    }

    private static void Append(StringBuilder text, UInt128 arc)
    {
        if (text.Length == 0)
        {
            uint root = arc < 40 ? 0u : arc < 80 ? 1u : 2u;
            text.Append(root);
            arc -= root * 40;
        }

        text.Append('.').Append(arc.ToString(CultureInfo.InvariantCulture));
    }
}

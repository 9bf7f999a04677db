using System;
using System.Text;

namespace Sallyport.Certificates.Asn;

/// <summary>The ASN.1 string types of names, decoded strictly.</summary>
internal static class DerText
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: false);

    /// <summary>False for a type that is no string or octets that are not of the type.</summary>
    public static bool TryDecode(byte tag, ReadOnlySpan<byte> content, out string text)
    {
        text = "";
        switch (tag)
        {
            case DerTag.Utf8String:
                return TryUtf8(content, out text);
            case DerTag.PrintableString or DerTag.NumericString or DerTag.Ia5String or DerTag.VisibleString:
                return TryAscii(content, out text);
            case DerTag.TeletexString:
                // T.61 in practice carries Latin-1; RFC 5280 keeps the type for old certificates only.
                text = Encoding.Latin1.GetString(content);
                return true;
            case DerTag.BmpString:
                return TryWide(content, 2, out text);
            case DerTag.UniversalString:
                return TryWide(content, 4, out text);
            default:
                return false;
        }
    }

    public static bool TryAscii(ReadOnlySpan<byte> content, out string text)
    {
        bool ascii = !content.ContainsAnyInRange((byte)0x80, (byte)0xff);
        text = ascii ? Encoding.ASCII.GetString(content) : "";
        return ascii;
    }

    private static bool TryUtf8(ReadOnlySpan<byte> content, out string text)
    {
        bool valid = System.Text.Unicode.Utf8.IsValid(content);
        text = valid ? StrictUtf8.GetString(content) : "";
        return valid;
    }

    private static bool TryWide(ReadOnlySpan<byte> content, int width, out string text)
    {
        text = "";
        if (content.Length % width != 0)
        {
            return false;
        }

        var built = new StringBuilder(content.Length / width);
        for (int i = 0; i < content.Length; i += width)
        {
            uint value = 0;
            for (int k = 0; k < width; k++)
            {
                value = (value << 8) | content[i + k];
            }

            if (!Rune.TryCreate(value, out Rune rune))
            {
                return false;
            }

            built.Append(rune.ToString());
        }

        text = built.ToString();
        return true;
    }
}

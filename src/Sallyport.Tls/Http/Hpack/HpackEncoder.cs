using System.Buffers;
using System.Collections.Generic;
using System.Text;

namespace Sallyport.Tls.Http.Hpack;

/// <summary>Writes header blocks as plain literals: nothing is indexed, so one request never colours the next.</summary>
/// <remarks>RFC 7541, section 6.2. Credentials are marked "never indexed", section 7.1.3.</remarks>
internal static class HpackEncoder
{
    internal static byte[] Encode(IEnumerable<HttpHeader> headers)
    {
        var output = new ArrayBufferWriter<byte>();
        foreach (HttpHeader header in headers)
        {
            bool secret = header.Name is "authorization" or "cookie" or "proxy-authorization";
            Write(output, secret ? 0x10 : 0x00);
            Literal(output, header.Name);
            Literal(output, header.Value);
        }

        return output.WrittenSpan.ToArray();
    }

    /// <summary>An integer with a prefix of so many bits; the bits above it come from <paramref name="flags"/>.</summary>
    internal static void Integer(IBufferWriter<byte> output, int flags, int prefixBits, int value)
    {
        int limit = (1 << prefixBits) - 1;
        if (value < limit)
        {
            Write(output, flags | value);
            return;
        }

        Write(output, flags | limit);
        for (value -= limit; value >= 128; value >>= 7)
        {
            Write(output, (value & 127) | 128);
        }

        Write(output, value);
    }

    private static void Literal(IBufferWriter<byte> output, string text)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(text);
        Integer(output, 0, 7, bytes.Length);
        output.Write(bytes);
    }

    private static void Write(IBufferWriter<byte> output, int value)
    {
        output.GetSpan(1)[0] = (byte)value;
        output.Advance(1);
    }
}

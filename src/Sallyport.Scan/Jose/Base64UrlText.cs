using System;
using System.Buffers;
using System.Buffers.Text;

namespace Sallyport.Scan.Jose;

/// <summary>base64url without padding, as JOSE writes it (RFC 7515, section 2). Strict: no padding, no white space, no stray bits.</summary>
internal static class Base64UrlText
{
    private static readonly SearchValues<char> s_alphabet = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    /// <summary>Writes bytes.</summary>
    /// <param name="bytes">The bytes.</param>
    public static string Encode(ReadOnlySpan<byte> bytes) => Base64Url.EncodeToString(bytes);

    /// <summary>Reads a text; <c>null</c> when it is not exactly what <see cref="Encode"/> would write.</summary>
    /// <param name="text">The text; empty gives no bytes.</param>
    public static byte[]? Decode(ReadOnlySpan<char> text)
    {
        if (text.Length % 4 == 1 || text.ContainsAnyExcept(s_alphabet))
        {
            return null;
        }

        byte[] bytes = new byte[text.Length * 3 / 4];
        return Base64Url.DecodeFromChars(text, bytes, out _, out int written) == OperationStatus.Done && written == bytes.Length && Base64Url.EncodeToString(bytes).AsSpan().SequenceEqual(text)
            ? bytes
            : null;
    }
}

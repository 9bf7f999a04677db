using System;
using System.Buffers;
using System.Linq;

namespace Sallyport.Tls.Http.Hpack;

/// <summary>HPACK's Huffman code. It is canonical, so the lengths of RFC 7541, appendix B, say it all.</summary>
internal static class HpackHuffman
{
    private const int EndOfString = 256;
    private const int LongestCode = 30;

    private static readonly byte[] Lengths = [
        13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 28,
        6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6, 5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10,
        13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6,
        15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5, 6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28,
        20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23, 24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24,
        22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23, 21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23,
        26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25, 19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27,
        20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23, 26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26,
        30];

    /// <summary>Symbols ordered by length, then number: the order in which canonical codes count up.</summary>
    private static readonly int[] Symbols = [.. Enumerable.Range(0, Lengths.Length).OrderBy(static symbol => Lengths[symbol])];

    /// <summary>For each length: the first code of that length, and where its symbols begin.</summary>
    private static readonly (uint First, int Index, int Count)[] Levels = FindLevels();

    private static readonly uint[] Codes = FindCodes();

    /// <summary>Decodes a string; false for a code that is no symbol, for padding that is not, and above the limit.</summary>
    /// <remarks>RFC 7541, section 5.2: padding is fewer than 8 bits, all ones, and end-of-string never appears.</remarks>
    internal static bool TryDecode(ReadOnlySpan<byte> bytes, int maxLength, out byte[] text)
    {
        text = [];
        var output = new ArrayBufferWriter<byte>(Math.Max(1, Math.Min(maxLength, bytes.Length * 2)));
        uint code = 0;
        int length = 0;
        foreach (byte part in bytes)
        {
            for (int bit = 7; bit >= 0; bit--)
            {
                code = (code << 1) | (uint)((part >> bit) & 1);
                length++;
                (uint first, int index, int count) = Levels[length];
                if (code >= first && code - first < count)
                {
                    int symbol = Symbols[index + (int)(code - first)];
                    if (symbol == EndOfString || output.WrittenCount == maxLength)
                    {
                        return false;
                    }

                    output.GetSpan(1)[0] = (byte)symbol;
                    output.Advance(1);
                    (code, length) = (0, 0);
                }
                else if (length == LongestCode)
                {
                    return false;
                }
            }
        }

        text = output.WrittenSpan.ToArray();
        return length < 8 && code == (1u << length) - 1;
    }

    internal static byte[] Encode(ReadOnlySpan<byte> text)
    {
        int bits = 0;
        foreach (byte symbol in text)
        {
            bits += Lengths[symbol];
        }

        byte[] output = new byte[(bits + 7) / 8];
        int position = 0;
        foreach (byte symbol in text)
        {
            for (int bit = Lengths[symbol] - 1; bit >= 0; bit--, position++)
            {
                output[position / 8] |= (byte)(((Codes[symbol] >> bit) & 1) << (7 - (position % 8)));
            }
        }

        for (; position < output.Length * 8; position++)
        {
            output[position / 8] |= (byte)(1 << (7 - (position % 8)));
        }

        return output;
    }

    private static (uint First, int Index, int Count)[] FindLevels()
    {
        var levels = new (uint First, int Index, int Count)[LongestCode + 1];
        uint code = 0;
        int index = 0;
        for (int length = 1; length <= LongestCode; length++)
        {
            int count = Lengths.Count(one => one == length);
            code <<= 1;
            levels[length] = (code, index, count);
            code += (uint)count;
            index += count;
        }

        return levels;
    }

    private static uint[] FindCodes()
    {
        var codes = new uint[Lengths.Length];
        foreach ((uint first, int index, int count) in Levels)
        {
            for (int i = 0; i < count; i++)
            {
                codes[Symbols[index + i]] = first + (uint)i;
            }
        }

        return codes;
    }
}

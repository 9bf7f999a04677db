using System;
using System.Collections.Immutable;

namespace Sallyport.Forge.Der;

/// <summary>Splits DER one level deep: enough to take names of a genuine certificate apart.</summary>
/// <remarks>Never throws; stops at what it cannot read.</remarks>
internal static class DerReader
{
    /// <summary>Content of the first value; empty when it is cut short.</summary>
    internal static ReadOnlyMemory<byte> Content(ReadOnlyMemory<byte> der) =>
        TryTake(ref der, out _, out ReadOnlyMemory<byte> content) ? content : ReadOnlyMemory<byte>.Empty;

    /// <summary>Tag and content of each value, up to the first that is cut short.</summary>
    internal static ImmutableArray<(byte Tag, ReadOnlyMemory<byte> Content)> Items(ReadOnlyMemory<byte> content)
    {
        ImmutableArray<(byte, ReadOnlyMemory<byte>)>.Builder items = ImmutableArray.CreateBuilder<(byte, ReadOnlyMemory<byte>)>();
        while (TryTake(ref content, out byte tag, out ReadOnlyMemory<byte> item))
        {
            items.Add((tag, item));
        }

        return items.ToImmutable();
    }

    private static bool TryTake(ref ReadOnlyMemory<byte> rest, out byte tag, out ReadOnlyMemory<byte> content)
    {
        tag = 0;
        content = default;
        ReadOnlySpan<byte> bytes = rest.Span;
        if (bytes.Length < 2 || (bytes[0] & 0x1F) == 0x1F)
        {
            return false;
        }

        long length = bytes[1];
        int header = 2;
        if (length >= 0x80)
        {
            int digits = (int)length & 0x7F;
            if (digits is 0 or > 4 || bytes.Length < 2 + digits)
            {
                return false;
            }

            length = 0;
            foreach (byte digit in bytes.Slice(2, digits))
            {
                length = (length << 8) | digit;
            }

            header += digits;
        }

        if (length > bytes.Length - header)
        {
            return false;
        }

        tag = bytes[0];
        content = rest.Slice(header, (int)length);
        rest = rest[(header + (int)length)..];
        return true;
    }
}

using System;
using System.Collections.Immutable;
using Sallyport.Tls.Hello;

namespace Sallyport.Tls.Wire;

/// <summary>An extension block as a list, in order, duplicates kept.</summary>
internal static class ExtensionList
{
    /// <summary>Extensions in one block above which the block counts as hostile.</summary>
    private const int MaxCount = 512;

    /// <summary>Reads the block's contents (without its own length).</summary>
    internal static bool TryRead(ReadOnlySpan<byte> block, out ImmutableArray<RawExtension> extensions)
    {
        extensions = [];
        var reader = new TlsReader(block);
        ImmutableArray<RawExtension>.Builder found = ImmutableArray.CreateBuilder<RawExtension>();
        while (!reader.IsEnd)
        {
            if (!reader.TryU16(out ushort type) || !reader.TryVector16(out ReadOnlySpan<byte> body) || found.Count == MaxCount)
            {
                return false;
            }

            found.Add(new RawExtension(type, ImmutableArray.Create(body)));
        }

        extensions = found.ToImmutable();
        return true;
    }

    internal static bool TryFind(ImmutableArray<RawExtension> extensions, ushort type, out ReadOnlySpan<byte> body)
    {
        foreach (RawExtension extension in extensions)
        {
            if (extension.Type == type)
            {
                body = extension.Body.AsSpan();
                return true;
            }
        }

        body = default;
        return false;
    }

    /// <summary>The one protocol of a server's ALPN answer; null when absent or unreadable.</summary>
    /// <remarks>RFC 7301, section 3.1: exactly one name.</remarks>
    internal static string? Alpn(ImmutableArray<RawExtension> extensions)
    {
        if (!TryFind(extensions, ExtensionType.Alpn, out ReadOnlySpan<byte> body))
        {
            return null;
        }

        var reader = new TlsReader(body);
        if (!reader.TryVector16(out ReadOnlySpan<byte> list))
        {
            return null;
        }

        var names = new TlsReader(list);
        return names.TryVector8(out ReadOnlySpan<byte> name) && names.IsEnd ? System.Text.Encoding.Latin1.GetString(name) : null;
    }

    /// <summary>A list of 16-bit numbers with a two-byte length, nothing after it.</summary>
    internal static bool TryReadNumbers(ReadOnlySpan<byte> body, out ImmutableArray<ushort> numbers)
    {
        numbers = [];
        var reader = new TlsReader(body);
        if (!reader.TryVector16(out ReadOnlySpan<byte> list) || !reader.IsEnd || list.Length % 2 != 0)
        {
            return false;
        }

        var items = new TlsReader(list);
        ImmutableArray<ushort>.Builder found = ImmutableArray.CreateBuilder<ushort>(list.Length / 2);
        while (items.TryU16(out ushort number))
        {
            found.Add(number);
        }

        numbers = found.MoveToImmutable();
        return true;
    }
}

using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Text;

namespace Sallyport.Tls.Http.Hpack;

/// <summary>Reads header blocks of one connection; memory is bounded by the table's size and the list's limit.</summary>
/// <remarks>RFC 7541. After a failure the connection is lost, since both sides' tables differ.</remarks>
internal sealed class HpackDecoder
{
    /// <summary>SETTINGS_HEADER_TABLE_SIZE that we leave at its default.</summary>
    internal const int MaxTableSize = 4096;

    private const int EntryOverhead = 32;

    private readonly LinkedList<HttpHeader> _table = [];
    private int _tableSize;
    private int _tableLimit = MaxTableSize;

    /// <summary>Decodes one whole block; the sum of names, values and 32 for each entry stays below the limit.</summary>
    internal bool TryDecode(ReadOnlySpan<byte> block, int maxListBytes, out ImmutableArray<HttpHeader> headers)
    {
        headers = [];
        ImmutableArray<HttpHeader>.Builder found = ImmutableArray.CreateBuilder<HttpHeader>();
        long size = 0;
        while (!block.IsEmpty)
        {
            byte first = block[0];
            if ((first & 0xE0) == 0x20)
            {
                // A table size update may stand only before the first header.
                if (found.Count > 0 || !TryResize(ref block))
                {
                    return false;
                }

                continue;
            }

            if (!TryReadHeader(ref block, first, maxListBytes, out HttpHeader header))
            {
                return false;
            }

            size += header.Name.Length + header.Value.Length + EntryOverhead;
            if (size > maxListBytes)
            {
                return false;
            }

            found.Add(header);
        }

        headers = found.ToImmutable();
        return true;
    }

    private bool TryReadHeader(ref ReadOnlySpan<byte> block, byte first, int maxBytes, out HttpHeader header)
    {
        if ((first & 0x80) != 0)
        {
            header = default;
            return TryInteger(ref block, 7, out int index) && TryEntry(index, out header);
        }

        bool indexed = (first & 0xC0) == 0x40;
        header = default;
        if (!TryInteger(ref block, indexed ? 6 : 4, out int nameIndex))
        {
            return false;
        }

        string name;
        if (nameIndex == 0)
        {
            if (!TryText(ref block, maxBytes, out name))
            {
                return false;
            }
        }
        else if (TryEntry(nameIndex, out HttpHeader entry))
        {
            name = entry.Name;
        }
        else
        {
            return false;
        }

        if (!TryText(ref block, maxBytes, out string value))
        {
            return false;
        }

        header = new HttpHeader(name, value);
        if (indexed)
        {
            Add(header);
        }

        return true;
    }

    private bool TryResize(ref ReadOnlySpan<byte> block)
    {
        if (!TryInteger(ref block, 5, out int size) || size > MaxTableSize)
        {
            return false;
        }

        _tableLimit = size;
        Evict(0);
        return true;
    }

    private bool TryEntry(int index, out HttpHeader header)
    {
        header = default;
        if (index <= 0)
        {
            return false;
        }

        if (index <= HpackStaticTable.Entries.Length)
        {
            header = HpackStaticTable.Entries[index - 1];
            return true;
        }

        index -= HpackStaticTable.Entries.Length + 1;
        if (index >= _table.Count)
        {
            return false;
        }

        // At most 128 entries fit into 4,096 bytes: a walk is cheap.
        LinkedListNode<HttpHeader>? node = _table.First;
        for (; index > 0; index--)
        {
            node = node?.Next;
        }

        header = node?.Value ?? default;
        return node is not null;
    }

    private void Add(HttpHeader header)
    {
        int size = header.Name.Length + header.Value.Length + EntryOverhead;
        Evict(size);
        if (size <= _tableLimit)
        {
            _table.AddFirst(header);
            _tableSize += size;
        }
    }

    private void Evict(int room)
    {
        while (_table.Last is { } last && _tableSize + room > _tableLimit)
        {
            _tableSize -= last.Value.Name.Length + last.Value.Value.Length + EntryOverhead;
            _table.RemoveLast();
        }
    }

    private static bool TryInteger(ref ReadOnlySpan<byte> block, int prefixBits, out int value)
    {
        value = 0;
        if (block.IsEmpty)
        {
            return false;
        }

        int limit = (1 << prefixBits) - 1;
        value = block[0] & limit;
        block = block[1..];
        if (value < limit)
        {
            return true;
        }

        long sum = value;
        for (int shift = 0; shift <= 21; shift += 7)
        {
            if (block.IsEmpty)
            {
                return false;
            }

            byte part = block[0];
            block = block[1..];
            sum += (long)(part & 127) << shift;
            if ((part & 128) == 0)
            {
                value = (int)sum;
                return true;
            }
        }

        // Above 28 bits: no table, string or list of ours is that large.
        return false;
    }

    private static bool TryText(ref ReadOnlySpan<byte> block, int maxBytes, out string text)
    {
        text = "";
        if (block.IsEmpty)
        {
            return false;
        }

        bool huffman = (block[0] & 0x80) != 0;
        if (!TryInteger(ref block, 7, out int length) || length > block.Length)
        {
            return false;
        }

        ReadOnlySpan<byte> bytes = block[..length];
        block = block[length..];
        if (!huffman)
        {
            text = Encoding.Latin1.GetString(bytes);
            return true;
        }

        bool decoded = HpackHuffman.TryDecode(bytes, maxBytes, out byte[] plain);
        text = Encoding.Latin1.GetString(plain);
        return decoded;
    }
}

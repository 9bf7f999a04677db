using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using Sallyport.Tls.Hello;

namespace Sallyport.Tls.Wire;

/// <summary>Cuts a message into records, and the records into writes.</summary>
internal static class HelloFraming
{
    private const int MaxPayload = 1 << 14;

    /// <summary>The plaintext handshake records of a message.</summary>
    internal static byte[] Records(ReadOnlySpan<byte> message, TlsVersion recordVersion, HelloFragmentation cut)
    {
        var writer = new TlsWriter();
        for (int turn = 0; !message.IsEmpty; turn++)
        {
            int size = Math.Min(Size(cut.RecordSizes, turn, MaxPayload, MaxPayload), message.Length);
            writer.U8(22).U16((int)recordVersion).Vector(2, message[..size]);
            message = message[size..];
        }

        return writer.ToArray();
    }

    /// <summary>The pieces to be written one after the other, each flushed.</summary>
    internal static IReadOnlyList<ReadOnlyMemory<byte>> Writes(ReadOnlyMemory<byte> bytes, HelloFragmentation cut)
    {
        var pieces = new List<ReadOnlyMemory<byte>>();
        for (int turn = 0; !bytes.IsEmpty; turn++)
        {
            int size = Math.Min(Size(cut.WriteSizes, turn, int.MaxValue, int.MaxValue), bytes.Length);
            pieces.Add(bytes[..size]);
            bytes = bytes[size..];
        }

        return pieces;
    }

    private static int Size(ImmutableArray<int> sizes, int turn, int whole, int most) =>
        sizes.IsEmpty ? whole : Math.Clamp(sizes[turn % sizes.Length], 1, most);
}

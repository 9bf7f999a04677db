using System;
using System.Buffers;
using System.Buffers.Text;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Sallyport.AspNetCore.Trust;

/// <summary>The blocks of a PEM text, all of them or none: a block that has no end means that somebody is still writing.</summary>
internal static class PemBlocks
{
    private static ReadOnlySpan<byte> Begin => "-----BEGIN "u8;

    /// <summary>Reads the blocks of one label; others are passed over.</summary>
    /// <param name="text">The file's octets.</param>
    /// <param name="label">Such as <c>CERTIFICATE</c>.</param>
    /// <param name="blocks">What they hold, in order; at least one.</param>
    /// <param name="fault">What is wrong with the text, or null.</param>
    public static bool TryRead(ReadOnlySpan<byte> text, string label, out ImmutableArray<byte[]> blocks, [NotNullWhen(false)] out string? fault)
    {
        var found = ImmutableArray.CreateBuilder<byte[]>();
        var complete = 0;
        var rest = text;
        while (PemEncoding.TryFindUtf8(rest, out var fields))
        {
            complete++;
            if (Encoding.UTF8.GetString(rest[fields.Label]) == label)
            {
                var data = new byte[fields.DecodedDataLength];
                if (Base64.DecodeFromUtf8(rest[fields.Base64Data], data, out _, out var written) != OperationStatus.Done || written != data.Length)
                {
                    blocks = [];
                    fault = "a PEM block is not base64";
                    return false;
                }

                found.Add(data);
            }

            rest = rest[fields.Location.End..];
        }

        blocks = found.ToImmutable();
        fault = complete != text.Count(Begin) ? "a PEM block is not complete" : blocks.IsEmpty ? $"there is no {label} in it" : null;
        return fault is null;
    }
}

using System;
using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Sallyport.AspNetCore.Audit;

/// <summary>Binds each record to its predecessor by HMAC-SHA-256. Not for two threads at once.</summary>
internal sealed class AuditChain : IDisposable
{
    /// <summary>The octets of a chain value.</summary>
    public const int Size = SHA256.HashSizeInBytes;

    /// <summary>The characters of a chain value in base64url.</summary>
    public const int TextLength = 43;

    private readonly IncrementalHash _mac;

    public AuditChain(ReadOnlySpan<byte> key)
    {
        _mac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        Start = HMACSHA256.HashData(key, "sallyport audit chain, version 1"u8);
    }

    /// <summary>What stands before the first record.</summary>
    public byte[] Start { get; }

    /// <summary>Computes a record's chain value.</summary>
    /// <param name="previous">Its predecessor's; always 32 octets, so that where it ends is never in doubt.</param>
    /// <param name="content">The record's line as far as the chain field.</param>
    public byte[] Next(ReadOnlySpan<byte> previous, ReadOnlySpan<byte> content)
    {
        _mac.AppendData(previous);
        _mac.AppendData(content);
        return _mac.GetHashAndReset();
    }

    /// <summary>Reads a chain value; one value has one spelling.</summary>
    public static bool TryDecode(ReadOnlySpan<char> text, [NotNullWhen(true)] out byte[]? value)
    {
        value = null;
        if (text.Length != TextLength)
        {
            return false;
        }

        byte[] decoded = new byte[Size];
        bool right = Base64Url.DecodeFromChars(text, decoded, out _, out int written) == OperationStatus.Done
            && written == Size
            && text.SequenceEqual(Base64Url.EncodeToString(decoded));
        value = right ? decoded : null;
        return right;
    }

    public void Dispose() => _mac.Dispose();
}

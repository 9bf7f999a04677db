using System;

namespace Sallyport.Tls.Records;

/// <summary>Protects the records of one direction under one set of keys.</summary>
internal abstract class RecordProtection : IDisposable
{
    /// <summary>The longest plaintext of one record (RFC 8446, section 5.1).</summary>
    internal const int MaxPlaintext = 16384;

    /// <summary>The number of the next record of this direction.</summary>
    protected ulong Sequence { get; set; }

    /// <summary>Makes a whole record, header included.</summary>
    internal abstract byte[] Seal(byte type, ushort version, ReadOnlySpan<byte> plaintext);

    /// <summary>Opens the body of a record; null when it was not made with our keys or is out of shape.</summary>
    internal abstract OpenedRecord? Open(byte type, ushort version, ReadOnlySpan<byte> body);

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees the keys.</summary>
    protected abstract void Dispose(bool disposing);
}

/// <summary>A record after its protection was removed.</summary>
/// <param name="Type">The true content type.</param>
/// <param name="Plaintext">The content.</param>
internal readonly record struct OpenedRecord(byte Type, byte[] Plaintext);

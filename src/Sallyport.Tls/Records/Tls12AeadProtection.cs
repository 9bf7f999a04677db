using System;
using System.Buffers.Binary;
using Sallyport.Tls.Crypto;

namespace Sallyport.Tls.Records;

/// <summary>AEAD records of TLS 1.2: GCM (RFC 5288), CCM (RFC 6655) and ChaCha20-Poly1305 (RFC 7905).</summary>
internal sealed class Tls12AeadProtection : RecordProtection
{
    private const int NonceLength = 12;
    private readonly AeadKey _key;
    private readonly byte[] _iv;
    private readonly int _explicitLength;

    internal Tls12AeadProtection(SuiteParameters suite, ReadOnlySpan<byte> key, ReadOnlySpan<byte> iv)
    {
        _key = new AeadKey(suite, key);
        _iv = iv.ToArray();
        _explicitLength = NonceLength - _iv.Length;
    }

    /// <summary>How many bytes of the key block are the fixed part of the nonce.</summary>
    internal static int FixedIvLength(SuiteParameters suite) => suite.Cipher == SuiteCipher.ChaCha20Poly1305 ? NonceLength : 4;

    internal override byte[] Seal(byte type, ushort version, ReadOnlySpan<byte> plaintext)
    {
        int length = _explicitLength + plaintext.Length + _key.TagLength;
        var record = new byte[5 + length];
        record[0] = type;
        BinaryPrimitives.WriteUInt16BigEndian(record.AsSpan(1), version);
        BinaryPrimitives.WriteUInt16BigEndian(record.AsSpan(3), (ushort)length);
        Span<byte> associated = stackalloc byte[13];
        Associated(associated, type, version, plaintext.Length);
        Span<byte> nonce = stackalloc byte[NonceLength];
        if (_explicitLength > 0)
        {
            // The sequence number is a counter that never repeats: what RFC 5288 section 3 asks of the explicit part.
            BinaryPrimitives.WriteUInt64BigEndian(record.AsSpan(5), Sequence);
        }

        Nonce(nonce, record.AsSpan(5, _explicitLength));
        _key.Seal(nonce, plaintext, associated, record.AsSpan(5 + _explicitLength));
        Sequence++;
        return record;
    }

    internal override OpenedRecord? Open(byte type, ushort version, ReadOnlySpan<byte> body)
    {
        int length = body.Length - _explicitLength - _key.TagLength;
        if (length is < 0 or > MaxPlaintext)
        {
            return null;
        }

        Span<byte> associated = stackalloc byte[13];
        Associated(associated, type, version, length);
        Span<byte> nonce = stackalloc byte[NonceLength];
        Nonce(nonce, body[.._explicitLength]);
        var plaintext = new byte[length];
        if (!_key.TryOpen(nonce, body[_explicitLength..], associated, plaintext))
        {
            return null;
        }

        Sequence++;
        return new OpenedRecord(type, plaintext);
    }

    protected override void Dispose(bool disposing) => _key.Dispose();

    private void Associated(Span<byte> associated, byte type, ushort version, int length)
    {
        BinaryPrimitives.WriteUInt64BigEndian(associated, Sequence);
        associated[8] = type;
        BinaryPrimitives.WriteUInt16BigEndian(associated[9..], version);
        BinaryPrimitives.WriteUInt16BigEndian(associated[11..], (ushort)length);
    }

    private void Nonce(Span<byte> nonce, ReadOnlySpan<byte> explicitPart)
    {
        if (_explicitLength > 0)
        {
            _iv.CopyTo(nonce);
            explicitPart.CopyTo(nonce[_iv.Length..]);
            return;
        }

        nonce.Clear();
        BinaryPrimitives.WriteUInt64BigEndian(nonce[4..], Sequence);
        for (int i = 0; i < NonceLength; i++)
        {
            nonce[i] ^= _iv[i];
        }
    }
}

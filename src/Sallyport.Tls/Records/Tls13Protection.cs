using System;
using System.Buffers.Binary;
using System.Security.Cryptography;
using Sallyport.Tls.Crypto;

namespace Sallyport.Tls.Records;

/// <summary>Records of TLS 1.3 (RFC 8446, sections 5.2 to 5.4).</summary>
internal sealed class Tls13Protection : RecordProtection
{
    private const int NonceLength = 12;
    private readonly AeadKey _key;
    private readonly byte[] _iv;

    internal Tls13Protection(SuiteParameters suite, ReadOnlySpan<byte> trafficSecret)
    {
        byte[] key = KeySchedule13.ExpandLabel(suite.Hash, trafficSecret, "key", [], suite.KeyLength);
        _iv = KeySchedule13.ExpandLabel(suite.Hash, trafficSecret, "iv", [], NonceLength);
        _key = new AeadKey(suite, key);
        CryptographicOperations.ZeroMemory(key);
    }

    internal override byte[] Seal(byte type, ushort version, ReadOnlySpan<byte> plaintext)
    {
        int length = plaintext.Length + 1 + _key.TagLength;
        var record = new byte[5 + length];
        WriteHeader(record, length);
        byte[] inner = [.. plaintext, type];
        Span<byte> nonce = stackalloc byte[NonceLength];
        Nonce(nonce);
        _key.Seal(nonce, inner, record.AsSpan(0, 5), record.AsSpan(5));
        Sequence++;
        return record;
    }

    internal override OpenedRecord? Open(byte type, ushort version, ReadOnlySpan<byte> body)
    {
        if (type != RecordType.ApplicationData || body.Length < _key.TagLength + 1 || body.Length > MaxPlaintext + 256)
        {
            return null;
        }

        Span<byte> header = stackalloc byte[5];
        WriteHeader(header, body.Length);
        BinaryPrimitives.WriteUInt16BigEndian(header[1..], version);
        Span<byte> nonce = stackalloc byte[NonceLength];
        Nonce(nonce);
        var inner = new byte[body.Length - _key.TagLength];
        if (!_key.TryOpen(nonce, body, header, inner))
        {
            return null;
        }

        Sequence++;
        int end = inner.Length - 1;
        while (end >= 0 && inner[end] == 0)
        {
            end--;
        }

        return end < 0 || end > MaxPlaintext ? null : new OpenedRecord(inner[end], inner[..end]);
    }

    protected override void Dispose(bool disposing) => _key.Dispose();

    private static void WriteHeader(Span<byte> header, int length)
    {
        header[0] = RecordType.ApplicationData;
        header[1] = 3;
        header[2] = 3;
        BinaryPrimitives.WriteUInt16BigEndian(header[3..], (ushort)length);
    }

    private void Nonce(Span<byte> nonce)
    {
        nonce.Clear();
        BinaryPrimitives.WriteUInt64BigEndian(nonce[4..], Sequence);
        for (int i = 0; i < NonceLength; i++)
        {
            nonce[i] ^= _iv[i];
        }
    }
}

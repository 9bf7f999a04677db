using System;
using System.Buffers.Binary;
using System.Security.Cryptography;
using Sallyport.Tls.Crypto;

namespace Sallyport.Tls.Records;

/// <summary>CBC records of TLS 1.0 to 1.2, MAC first or (RFC 7366) encryption first.</summary>
/// <remarks>RFC 5246, section 6.2.3.2. A prober reads what old servers need: opening is not constant-time on purpose.</remarks>
internal sealed class CbcProtection : RecordProtection
{
    private readonly SuiteParameters _suite;
    private readonly SymmetricAlgorithm _cipher;
    private readonly byte[] _macKey;
    private readonly bool _encryptThenMac;
    private byte[]? _chainedIv;

    internal CbcProtection(SuiteParameters suite, ReadOnlySpan<byte> key, ReadOnlySpan<byte> macKey, ReadOnlySpan<byte> chainedIv, bool encryptThenMac)
    {
        _suite = suite;
        _cipher = suite.Cipher == SuiteCipher.TripleDesCbc ? TripleDES.Create() : Aes.Create();
        _cipher.Key = key.ToArray();
        _macKey = macKey.ToArray();
        _encryptThenMac = encryptThenMac;

        // TLS 1.0 alone chains the vector from record to record (RFC 2246, section 6.2.3.2).
        _chainedIv = chainedIv.IsEmpty ? null : chainedIv.ToArray();
    }

    internal override byte[] Seal(byte type, ushort version, ReadOnlySpan<byte> plaintext)
    {
        byte[] iv = _chainedIv ?? RandomNumberGenerator.GetBytes(_suite.BlockLength);
        byte[] content = _encryptThenMac ? plaintext.ToArray() : [.. plaintext, .. Mac(type, version, plaintext)];
        int padding = _suite.BlockLength - (content.Length % _suite.BlockLength);
        byte[] padded = [.. content, .. Filled(padding)];
        byte[] encrypted = _cipher.EncryptCbc(padded, iv, PaddingMode.None);
        byte[] body = _chainedIv is null ? [.. iv, .. encrypted] : encrypted;
        if (_chainedIv is not null)
        {
            _chainedIv = encrypted[^_suite.BlockLength..];
        }

        if (_encryptThenMac)
        {
            body = [.. body, .. Mac(type, version, body)];
        }

        Sequence++;
        var record = new byte[5 + body.Length];
        record[0] = type;
        BinaryPrimitives.WriteUInt16BigEndian(record.AsSpan(1), version);
        BinaryPrimitives.WriteUInt16BigEndian(record.AsSpan(3), (ushort)body.Length);
        body.CopyTo(record, 5);
        return record;
    }

    internal override OpenedRecord? Open(byte type, ushort version, ReadOnlySpan<byte> body)
    {
        if (_encryptThenMac)
        {
            if (body.Length < _suite.MacLength
                || !CryptographicOperations.FixedTimeEquals(Mac(type, version, body[..^_suite.MacLength]), body[^_suite.MacLength..]))
            {
                return null;
            }

            body = body[..^_suite.MacLength];
        }

        byte[]? content = Decrypt(body);
        if (content is null)
        {
            return null;
        }

        int macLength = _encryptThenMac ? 0 : _suite.MacLength;
        int length = content.Length - content[^1] - 1 - macLength;
        if (length is < 0 or > MaxPlaintext)
        {
            return null;
        }

        byte[] plaintext = content[..length];
        if (macLength > 0 && !CryptographicOperations.FixedTimeEquals(Mac(type, version, plaintext), content.AsSpan(length, macLength)))
        {
            return null;
        }

        Sequence++;
        return new OpenedRecord(type, plaintext);
    }

    protected override void Dispose(bool disposing) => _cipher.Dispose();

    private static byte[] Filled(int padding)
    {
        var bytes = new byte[padding];
        bytes.AsSpan().Fill((byte)(padding - 1));
        return bytes;
    }

    private byte[]? Decrypt(ReadOnlySpan<byte> body)
    {
        int block = _suite.BlockLength;
        int ivLength = _chainedIv is null ? block : 0;
        if (body.Length < ivLength + block || body.Length % block != 0)
        {
            return null;
        }

        byte[] iv = _chainedIv ?? body[..block].ToArray();
        ReadOnlySpan<byte> encrypted = body[ivLength..];
        if (_chainedIv is not null)
        {
            _chainedIv = encrypted[^block..].ToArray();
        }

        byte[] content = _cipher.DecryptCbc(encrypted, iv, PaddingMode.None);
        int padding = content[^1];
        return padding + 1 > content.Length || content.AsSpan(content.Length - padding - 1).ContainsAnyExcept((byte)padding) ? null : content;
    }

    private byte[] Mac(byte type, ushort version, ReadOnlySpan<byte> content)
    {
        Span<byte> header = stackalloc byte[13];
        BinaryPrimitives.WriteUInt64BigEndian(header, Sequence);
        header[8] = type;
        BinaryPrimitives.WriteUInt16BigEndian(header[9..], version);
        BinaryPrimitives.WriteUInt16BigEndian(header[11..], (ushort)content.Length);
        byte[] input = [.. header, .. content];
        return CryptographicOperations.HmacData(_suite.Mac, _macKey, input);
    }
}

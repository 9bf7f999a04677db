using System;
using System.Security.Cryptography;
using Sallyport.Tls.Crypto;
using Sallyport.Tls.Records;

namespace Sallyport.Tls.Client;

/// <summary>The record keys of TLS 1.0 to 1.2, both directions.</summary>
/// <remarks>RFC 5246, section 6.3.</remarks>
internal sealed record Keys12(RecordProtection Client, RecordProtection Server)
{
    /// <summary>The hash of the pseudo-random function; MD5 stands for the mixture of TLS 1.0 and 1.1.</summary>
    internal static HashAlgorithmName PrfHash(TlsVersion version, SuiteParameters suite) => version < TlsVersion.Tls12 ? HashAlgorithmName.MD5 : suite.Hash;

    internal static Keys12 Derive(
        SuiteParameters suite, TlsVersion version, ReadOnlySpan<byte> master, ReadOnlySpan<byte> clientRandom, ReadOnlySpan<byte> serverRandom, bool encryptThenMac)
    {
        int mac = suite.MacLength;
        int key = suite.KeyLength;
        int iv = !suite.IsCbc ? Tls12AeadProtection.FixedIvLength(suite) : version == TlsVersion.Tls10 ? suite.BlockLength : 0;
        byte[] block = Prf12.KeyBlock(PrfHash(version, suite), master, clientRandom, serverRandom, 2 * (mac + key + iv));
        ReadOnlySpan<byte> rest = block;
        ReadOnlySpan<byte> clientMac = Cut(ref rest, mac);
        ReadOnlySpan<byte> serverMac = Cut(ref rest, mac);
        ReadOnlySpan<byte> clientKey = Cut(ref rest, key);
        ReadOnlySpan<byte> serverKey = Cut(ref rest, key);
        ReadOnlySpan<byte> clientIv = Cut(ref rest, iv);
        ReadOnlySpan<byte> serverIv = Cut(ref rest, iv);
        return suite.IsCbc
            ? new Keys12(
                new CbcProtection(suite, clientKey, clientMac, clientIv, encryptThenMac),
                new CbcProtection(suite, serverKey, serverMac, serverIv, encryptThenMac))
            : new Keys12(new Tls12AeadProtection(suite, clientKey, clientIv), new Tls12AeadProtection(suite, serverKey, serverIv));
    }

    private static ReadOnlySpan<byte> Cut(ref ReadOnlySpan<byte> rest, int length)
    {
        ReadOnlySpan<byte> cut = rest[..length];
        rest = rest[length..];
        return cut;
    }
}

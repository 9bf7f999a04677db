using System.Collections.Frozen;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Sallyport.Tls.Crypto;

/// <summary>How the keys of a suite are agreed on.</summary>
internal enum SuiteKeyExchange
{
    /// <summary>TLS 1.3: extensions decide.</summary>
    Tls13,
    EcdheRsa,
    EcdheEcdsa,
    DheRsa,
    Rsa,
}

/// <summary>How records of a suite are protected.</summary>
internal enum SuiteCipher
{
    Aes128Gcm,
    Aes256Gcm,
    ChaCha20Poly1305,
    Aes128Ccm,
    Aes256Ccm,
    Aes128Ccm8,
    Aes256Ccm8,
    Aes128Cbc,
    Aes256Cbc,
    TripleDesCbc,
}

/// <summary>Everything the engine must know to speak a suite. A suite that is not in the table can be probed, not spoken.</summary>
internal sealed record SuiteParameters(ushort Value, SuiteKeyExchange KeyExchange, SuiteCipher Cipher, HashAlgorithmName Hash, HashAlgorithmName Mac)
{
    private static readonly FrozenDictionary<ushort, SuiteParameters> Table = Rows().ToFrozenDictionary(row => row.Value);

    internal bool IsCbc => Cipher is SuiteCipher.Aes128Cbc or SuiteCipher.Aes256Cbc or SuiteCipher.TripleDesCbc;

    internal int KeyLength => Cipher switch
    {
        SuiteCipher.Aes128Gcm or SuiteCipher.Aes128Ccm or SuiteCipher.Aes128Ccm8 or SuiteCipher.Aes128Cbc => 16,
        SuiteCipher.TripleDesCbc => 24,
        _ => 32,
    };

    internal int TagLength => Cipher is SuiteCipher.Aes128Ccm8 or SuiteCipher.Aes256Ccm8 ? 8 : 16;

    internal int MacLength => !IsCbc ? 0 : Mac == HashAlgorithmName.SHA1 ? 20 : Mac == HashAlgorithmName.SHA384 ? 48 : 32;

    internal int BlockLength => Cipher == SuiteCipher.TripleDesCbc ? 8 : 16;

    internal static bool TryFind(ushort value, [NotNullWhen(true)] out SuiteParameters? suite) => Table.TryGetValue(value, out suite);

    private static IEnumerable<SuiteParameters> Rows()
    {
        HashAlgorithmName sha1 = HashAlgorithmName.SHA1;
        HashAlgorithmName sha256 = HashAlgorithmName.SHA256;
        HashAlgorithmName sha384 = HashAlgorithmName.SHA384;

        SuiteParameters Aead(ushort value, SuiteKeyExchange exchange, SuiteCipher cipher) =>
            new(value, exchange, cipher, cipher is SuiteCipher.Aes256Gcm ? sha384 : sha256, sha256);

        SuiteParameters Cbc(ushort value, SuiteKeyExchange exchange, SuiteCipher cipher, HashAlgorithmName mac) =>
            new(value, exchange, cipher, mac == sha384 ? sha384 : sha256, mac);

        return
        [
            Aead(0x1301, SuiteKeyExchange.Tls13, SuiteCipher.Aes128Gcm),
            Aead(0x1302, SuiteKeyExchange.Tls13, SuiteCipher.Aes256Gcm),
            Aead(0x1303, SuiteKeyExchange.Tls13, SuiteCipher.ChaCha20Poly1305),
            Aead(0x1304, SuiteKeyExchange.Tls13, SuiteCipher.Aes128Ccm),
            Aead(0x1305, SuiteKeyExchange.Tls13, SuiteCipher.Aes128Ccm8),
            Aead(0xC02B, SuiteKeyExchange.EcdheEcdsa, SuiteCipher.Aes128Gcm),
            Aead(0xC02C, SuiteKeyExchange.EcdheEcdsa, SuiteCipher.Aes256Gcm),
            Aead(0xCCA9, SuiteKeyExchange.EcdheEcdsa, SuiteCipher.ChaCha20Poly1305),
            Aead(0xC0AC, SuiteKeyExchange.EcdheEcdsa, SuiteCipher.Aes128Ccm),
            Aead(0xC0AD, SuiteKeyExchange.EcdheEcdsa, SuiteCipher.Aes256Ccm),
            Aead(0xC0AE, SuiteKeyExchange.EcdheEcdsa, SuiteCipher.Aes128Ccm8),
            Aead(0xC0AF, SuiteKeyExchange.EcdheEcdsa, SuiteCipher.Aes256Ccm8),
            Aead(0xC02F, SuiteKeyExchange.EcdheRsa, SuiteCipher.Aes128Gcm),
            Aead(0xC030, SuiteKeyExchange.EcdheRsa, SuiteCipher.Aes256Gcm),
            Aead(0xCCA8, SuiteKeyExchange.EcdheRsa, SuiteCipher.ChaCha20Poly1305),
            Aead(0x009E, SuiteKeyExchange.DheRsa, SuiteCipher.Aes128Gcm),
            Aead(0x009F, SuiteKeyExchange.DheRsa, SuiteCipher.Aes256Gcm),
            Aead(0xCCAA, SuiteKeyExchange.DheRsa, SuiteCipher.ChaCha20Poly1305),
            Aead(0xC09E, SuiteKeyExchange.DheRsa, SuiteCipher.Aes128Ccm),
            Aead(0xC09F, SuiteKeyExchange.DheRsa, SuiteCipher.Aes256Ccm),
            Aead(0x009C, SuiteKeyExchange.Rsa, SuiteCipher.Aes128Gcm),
            Aead(0x009D, SuiteKeyExchange.Rsa, SuiteCipher.Aes256Gcm),
            Aead(0xC09C, SuiteKeyExchange.Rsa, SuiteCipher.Aes128Ccm),
            Aead(0xC09D, SuiteKeyExchange.Rsa, SuiteCipher.Aes256Ccm),
            Cbc(0xC009, SuiteKeyExchange.EcdheEcdsa, SuiteCipher.Aes128Cbc, sha1),
            Cbc(0xC00A, SuiteKeyExchange.EcdheEcdsa, SuiteCipher.Aes256Cbc, sha1),
            Cbc(0xC023, SuiteKeyExchange.EcdheEcdsa, SuiteCipher.Aes128Cbc, sha256),
            Cbc(0xC024, SuiteKeyExchange.EcdheEcdsa, SuiteCipher.Aes256Cbc, sha384),
            Cbc(0xC008, SuiteKeyExchange.EcdheEcdsa, SuiteCipher.TripleDesCbc, sha1),
            Cbc(0xC013, SuiteKeyExchange.EcdheRsa, SuiteCipher.Aes128Cbc, sha1),
            Cbc(0xC014, SuiteKeyExchange.EcdheRsa, SuiteCipher.Aes256Cbc, sha1),
            Cbc(0xC027, SuiteKeyExchange.EcdheRsa, SuiteCipher.Aes128Cbc, sha256),
            Cbc(0xC028, SuiteKeyExchange.EcdheRsa, SuiteCipher.Aes256Cbc, sha384),
            Cbc(0xC012, SuiteKeyExchange.EcdheRsa, SuiteCipher.TripleDesCbc, sha1),
            Cbc(0x0033, SuiteKeyExchange.DheRsa, SuiteCipher.Aes128Cbc, sha1),
            Cbc(0x0039, SuiteKeyExchange.DheRsa, SuiteCipher.Aes256Cbc, sha1),
            Cbc(0x0067, SuiteKeyExchange.DheRsa, SuiteCipher.Aes128Cbc, sha256),
            Cbc(0x006B, SuiteKeyExchange.DheRsa, SuiteCipher.Aes256Cbc, sha256),
            Cbc(0x0016, SuiteKeyExchange.DheRsa, SuiteCipher.TripleDesCbc, sha1),
            Cbc(0x002F, SuiteKeyExchange.Rsa, SuiteCipher.Aes128Cbc, sha1),
            Cbc(0x0035, SuiteKeyExchange.Rsa, SuiteCipher.Aes256Cbc, sha1),
            Cbc(0x003C, SuiteKeyExchange.Rsa, SuiteCipher.Aes128Cbc, sha256),
            Cbc(0x003D, SuiteKeyExchange.Rsa, SuiteCipher.Aes256Cbc, sha256),
            Cbc(0x000A, SuiteKeyExchange.Rsa, SuiteCipher.TripleDesCbc, sha1),
        ];
    }
}

using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;

namespace Sallyport.Tls;

/// <summary>A cipher suite number with what its registered name says about it.</summary>
/// <param name="Value">The two bytes of the wire.</param>
/// <remarks>IANA "TLS Cipher Suites". Everything is read from the name; an unknown number has a name such as "0xC0FF" and no properties.</remarks>
public readonly record struct CipherSuite(ushort Value)
{
    /// <summary>TLS_EMPTY_RENEGOTIATION_INFO_SCSV, RFC 5746.</summary>
    public static CipherSuite RenegotiationScsv { get; } = new(0x00FF);

    /// <summary>TLS_FALLBACK_SCSV, RFC 7507.</summary>
    public static CipherSuite FallbackScsv { get; } = new(0x5600);

    /// <summary>Every registered suite in numeric order, signalling values included.</summary>
    public static ImmutableArray<CipherSuite> All { get; } =
        [.. CipherSuiteTable.Rows.Keys.Order().Select(static number => new CipherSuite(number))];

    /// <summary>Whether the registry names the number.</summary>
    public bool IsKnown => Row is not null;

    /// <summary>The IANA name, "GREASE" for a reserved number of RFC 8701, otherwise the number such as "0xC0FF".</summary>
    public string Name => Row?.Name ?? (Grease.IsReserved(Value) ? "GREASE" : $"0x{Value:X4}");

    /// <summary>OpenSSL's name such as "ECDHE-RSA-AES128-GCM-SHA256"; the IANA name when OpenSSL has none.</summary>
    public string OpenSslName => Row?.OpenSslName ?? Name;

    /// <summary>Whether it is a TLS 1.3 suite, which names only encryption and hash.</summary>
    public bool IsTls13 => Split().KeyExchange == "any";

    /// <summary>Key exchange: "RSA", "DHE", "ECDHE", "DH", "ECDH", "PSK", "DHE_PSK", "ECDHE_PSK", "RSA_PSK", "SRP", "KRB5", "GOST", "any" in TLS 1.3, "" when unknown.</summary>
    public string KeyExchange => Split().KeyExchange;

    /// <summary>How the server proves itself: "RSA", "DSS", "ECDSA", "anon", "PSK", "SRP", "KRB5", "GOST", "any" in TLS 1.3, "" when unknown.</summary>
    public string Authentication => Split().Authentication;

    /// <summary>Encryption as the registry writes it, such as "AES_128_GCM", "3DES_EDE_CBC", "NULL"; "" when unknown.</summary>
    public string Encryption => Split().Encryption;

    /// <summary>The last part of the name: the MAC's hash, or the PRF's for AEAD suites ("SHA256"); "" when the name has none.</summary>
    public string Mac => Split().Mac;

    /// <summary>Strength of the encryption in bits: 112 for 3DES, 0 for NULL and for unknown numbers.</summary>
    public int StrengthBits => CipherSuiteName.Strength(Split());

    /// <summary>No encryption at all.</summary>
    public bool IsNull => Split().Encryption == "NULL";

    /// <summary>No authentication of the server: anyone in the middle can answer.</summary>
    public bool IsAnonymous => Split().Authentication is "anon" or "NULL";

    /// <summary>Deliberately weakened for export, 40 or 56 bits.</summary>
    public bool IsExport => Split().IsExport;

    /// <summary>RC4, forbidden by RFC 7465.</summary>
    public bool IsRc4 => StartsWith("RC4");

    /// <summary>RC2 in CBC mode.</summary>
    public bool IsRc2 => StartsWith("RC2");

    /// <summary>Single DES or its 40-bit form.</summary>
    public bool IsDes => StartsWith("DES");

    /// <summary>Triple DES: 64-bit blocks (Sweet32).</summary>
    public bool IsTripleDes => StartsWith("3DES");

    /// <summary>IDEA, 64-bit blocks.</summary>
    public bool IsIdea => StartsWith("IDEA");

    /// <summary>A block cipher in CBC mode.</summary>
    public bool IsCbc => Split().Encryption.Contains("CBC", System.StringComparison.Ordinal);

    /// <summary>RSA key transport: no forward secrecy, and the ground of Bleichenbacher's attack.</summary>
    public bool IsStaticRsa => Split().KeyExchange is "RSA" or "RSA_PSK";

    /// <summary>Ephemeral keys, so that a stolen server key does not open recorded traffic (all of TLS 1.3 here).</summary>
    public bool IsForwardSecret => Split().KeyExchange is "DHE" or "ECDHE" or "DHE_PSK" or "ECDHE_PSK" or "any" or "ECCPWD";

    /// <summary>Authenticated encryption: GCM, CCM, ChaCha20-Poly1305, AEGIS, MGM.</summary>
    public bool IsAead => CipherSuiteName.IsAead(Split().Encryption);

    /// <summary>CCM with the tag cut to 8 bytes.</summary>
    public bool IsCcm8 => Split().Encryption.EndsWith("CCM_8", System.StringComparison.Ordinal);

    /// <summary>A signal in the list rather than a suite: 0x00FF, 0x5600.</summary>
    public bool IsScsv => Value is 0x00FF or 0x5600;

    /// <summary>A number reserved by RFC 8701 to keep servers tolerant.</summary>
    public bool IsGrease => Grease.IsReserved(Value);

    /// <summary>The IANA name.</summary>
    public override string ToString() => Name;

    private bool StartsWith(string cipher) => Split().Encryption.StartsWith(cipher, System.StringComparison.Ordinal);

    private CipherSuiteRow? Row => CipherSuiteTable.Rows.GetValueOrDefault(Value);

    private CipherSuiteName Split() => Row?.Parts ?? CipherSuiteName.None;
}

using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;

namespace Sallyport.Tls;

/// <summary>A signature scheme: in TLS 1.2 the pair of hash and signature algorithm.</summary>
/// <param name="Value">The two bytes of the wire.</param>
/// <remarks>RFC 8446, section 4.2.3; RFC 5246, section 7.4.1.4.1. An unknown number has a name such as "0x0909".</remarks>
public readonly record struct SignatureScheme(ushort Value)
{
    /// <summary>RSA PKCS#1 v1.5 with SHA-1.</summary>
    public static SignatureScheme RsaPkcs1Sha1 { get; } = new(0x0201);

    /// <summary>ECDSA with SHA-1.</summary>
    public static SignatureScheme EcdsaSha1 { get; } = new(0x0203);

    /// <summary>RSA PKCS#1 v1.5 with SHA-256.</summary>
    public static SignatureScheme RsaPkcs1Sha256 { get; } = new(0x0401);

    /// <summary>ECDSA with SHA-256, on P-256 in TLS 1.3.</summary>
    public static SignatureScheme EcdsaSecp256R1Sha256 { get; } = new(0x0403);

    /// <summary>RSA PKCS#1 v1.5 with SHA-384.</summary>
    public static SignatureScheme RsaPkcs1Sha384 { get; } = new(0x0501);

    /// <summary>ECDSA with SHA-384, on P-384 in TLS 1.3.</summary>
    public static SignatureScheme EcdsaSecp384R1Sha384 { get; } = new(0x0503);

    /// <summary>RSA PKCS#1 v1.5 with SHA-512.</summary>
    public static SignatureScheme RsaPkcs1Sha512 { get; } = new(0x0601);

    /// <summary>ECDSA with SHA-512, on P-521 in TLS 1.3.</summary>
    public static SignatureScheme EcdsaSecp521R1Sha512 { get; } = new(0x0603);

    /// <summary>RSA-PSS with an rsaEncryption key and SHA-256.</summary>
    public static SignatureScheme RsaPssRsaeSha256 { get; } = new(0x0804);

    /// <summary>RSA-PSS with an rsaEncryption key and SHA-384.</summary>
    public static SignatureScheme RsaPssRsaeSha384 { get; } = new(0x0805);

    /// <summary>RSA-PSS with an rsaEncryption key and SHA-512.</summary>
    public static SignatureScheme RsaPssRsaeSha512 { get; } = new(0x0806);

    /// <summary>Ed25519.</summary>
    public static SignatureScheme Ed25519 { get; } = new(0x0807);

    // Never written after this; a frozen one costs a cold start more than it gives back.
    private static readonly Dictionary<ushort, string> Names = new()
    {
        [0x0101] = "rsa_pkcs1_md5",
        [0x0102] = "dsa_md5",
        [0x0103] = "ecdsa_md5",
        [0x0201] = "rsa_pkcs1_sha1",
        [0x0202] = "dsa_sha1",
        [0x0203] = "ecdsa_sha1",
        [0x0301] = "rsa_pkcs1_sha224",
        [0x0302] = "dsa_sha224",
        [0x0303] = "ecdsa_sha224",
        [0x0401] = "rsa_pkcs1_sha256",
        [0x0402] = "dsa_sha256",
        [0x0403] = "ecdsa_secp256r1_sha256",
        [0x0420] = "rsa_pkcs1_sha256_legacy",
        [0x0501] = "rsa_pkcs1_sha384",
        [0x0502] = "dsa_sha384",
        [0x0503] = "ecdsa_secp384r1_sha384",
        [0x0520] = "rsa_pkcs1_sha384_legacy",
        [0x0601] = "rsa_pkcs1_sha512",
        [0x0602] = "dsa_sha512",
        [0x0603] = "ecdsa_secp521r1_sha512",
        [0x0620] = "rsa_pkcs1_sha512_legacy",
        [0x0708] = "sm2sig_sm3",
        [0x0804] = "rsa_pss_rsae_sha256",
        [0x0805] = "rsa_pss_rsae_sha384",
        [0x0806] = "rsa_pss_rsae_sha512",
        [0x0807] = "ed25519",
        [0x0808] = "ed448",
        [0x0809] = "rsa_pss_pss_sha256",
        [0x080A] = "rsa_pss_pss_sha384",
        [0x080B] = "rsa_pss_pss_sha512",
        [0x081A] = "ecdsa_brainpoolP256r1tls13_sha256",
        [0x081B] = "ecdsa_brainpoolP384r1tls13_sha384",
        [0x081C] = "ecdsa_brainpoolP512r1tls13_sha512",
        [0x0904] = "mldsa44",
        [0x0905] = "mldsa65",
        [0x0906] = "mldsa87",
    };

    /// <summary>Every scheme with a name here, in numeric order.</summary>
    public static ImmutableArray<SignatureScheme> All { get; } = [.. Names.Keys.Order().Select(static number => new SignatureScheme(number))];

    /// <summary>Whether the number has a name here.</summary>
    public bool IsKnown => Names.ContainsKey(Value);

    /// <summary>The name as TLS 1.3 writes it ("dsa_sha1" in the same fashion for TLS 1.2's pairs); "GREASE"; or the number such as "0x0909".</summary>
    public string Name => Names.TryGetValue(Value, out string? name) ? name : Grease.IsReserved(Value) ? "GREASE" : $"0x{Value:X4}";

    /// <summary>Whether the hash is SHA-1.</summary>
    public bool UsesSha1 => Value is >= 0x0201 and <= 0x0203;

    /// <summary>Whether the hash is MD5.</summary>
    public bool UsesMd5 => Value is >= 0x0101 and <= 0x0103;

    /// <summary>Whether it signs with an RSA key.</summary>
    public bool IsRsa => IsRsaPss || Value is 0x0101 or 0x0201 or 0x0301 or 0x0401 or 0x0501 or 0x0601 or 0x0420 or 0x0520 or 0x0620;

    /// <summary>Whether it is RSA-PSS, with either kind of key.</summary>
    public bool IsRsaPss => Value is >= 0x0804 and <= 0x0806 or >= 0x0809 and <= 0x080B;

    /// <summary>Whether it is ECDSA.</summary>
    public bool IsEcdsa => (Value & 0xFF) == 3 && Value is >= 0x0103 and <= 0x0603 || Value is >= 0x081A and <= 0x081C;

    /// <summary>The name.</summary>
    public override string ToString() => Name;
}

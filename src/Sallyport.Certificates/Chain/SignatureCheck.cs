using System;
using System.Security.Cryptography;
using Sallyport.Certificates.Asn;

namespace Sallyport.Certificates.Chain;

/// <summary>Verifies a signature with the platform's cryptography; never throws, never accepts what it does not know.</summary>
/// <remarks>Strength is not judged here: that is the profile's part, and old suites must verify old signatures to be tested.</remarks>
internal static class SignatureCheck
{
    private const int MaxRsaBits = 8192;
    private const int MaxDsaBits = 4096;
    private const int MaxExponentOctets = 8;
    private const string PssKey = "1.2.840.113549.1.1.10";

    /// <summary>Whether this key can have made this kind of signature and both are supported.</summary>
    public static bool Supports(SignatureProfile signature, PublicKeyProfile key) => signature.Kind switch
    {
        SignatureKind.RsaPkcs1 => IsUsableRsa(key) && key.Oid != PssKey && HashOf(signature.Digest) is not null,
        SignatureKind.RsaPss => IsUsableRsa(key) && HashOf(signature.Digest) is not null && AllowsPss(key, signature),
        SignatureKind.Ecdsa => key is { Kind: PublicKeyKind.EllipticCurve, Curve: not null } && HashOf(signature.Digest) is not null,
        SignatureKind.Dsa => key is { Kind: PublicKeyKind.Dsa, Bits: <= MaxDsaBits } && HashOf(signature.Digest) is not null,
        _ => false,
    };

    /// <summary>The digest that the signature covers, or null when its algorithm is not supported.</summary>
    public static byte[]? Digest(SignatureProfile signature, ReadOnlySpan<byte> signed) => HashOf(signature.Digest)?.Name switch
    {
        "MD5" => MD5.HashData(signed),
        "SHA1" => SHA1.HashData(signed),
        "SHA256" => SHA256.HashData(signed),
        "SHA384" => SHA384.HashData(signed),
        "SHA512" => SHA512.HashData(signed),
        _ => null,
    };

    /// <summary>Verifies a signature over a digest.</summary>
    /// <param name="signature">How it is signed.</param>
    /// <param name="key">Whose key.</param>
    /// <param name="inherited">The key's algorithm parameters when the key itself has none (DSA); otherwise not used.</param>
    /// <param name="digest">The digest of the signed octets.</param>
    /// <param name="value">The signature value.</param>
    /// <param name="pool">Where loaded keys are lent.</param>
    public static bool Verify(
        SignatureProfile signature, PublicKeyProfile key, Octets inherited, ReadOnlySpan<byte> digest, ReadOnlySpan<byte> value, KeyPool? pool = null)
    {
        if (!Supports(signature, key) || HashOf(signature.Digest) is not { } hash)
        {
            return false;
        }

        try
        {
            return signature.Kind switch
            {
                SignatureKind.RsaPkcs1 => VerifyRsa(key, digest, value, hash, RSASignaturePadding.Pkcs1),
                SignatureKind.RsaPss => VerifyPss(signature, key, digest, value, hash),
                SignatureKind.Ecdsa => VerifyEcdsa(key, digest, value, pool ?? KeyPool.Empty),
                SignatureKind.Dsa => VerifyDsa(key, inherited, digest, value),
                _ => false,
            };
        }
        catch (Exception e) when (e is CryptographicException or PlatformNotSupportedException or ArgumentException)
        {
            // A key or signature the platform cannot even load has not signed anything.
            return false;
        }
    }

    private static bool VerifyRsa(PublicKeyProfile key, ReadOnlySpan<byte> digest, ReadOnlySpan<byte> value, HashAlgorithmName hash, RSASignaturePadding padding)
    {
        using RSA rsa = RSA.Create();
        rsa.ImportRSAPublicKey(key.Key.Span, out _);
        return rsa.VerifyHash(digest, value, hash, padding);
    }

    private static bool VerifyEcdsa(PublicKeyProfile key, ReadOnlySpan<byte> digest, ReadOnlySpan<byte> value, KeyPool pool)
    {
        ECDsa ecdsa = pool.Rent(key);
        bool valid = ecdsa.VerifyHash(digest, value, DSASignatureFormat.Rfc3279DerSequence);
        pool.Return(key, ecdsa);
        return valid;
    }

    private static bool VerifyDsa(PublicKeyProfile key, Octets inherited, ReadOnlySpan<byte> digest, ReadOnlySpan<byte> value)
    {
        ReadOnlyMemory<byte> parameters = key.LacksParameters ? inherited.Memory : key.Parameters.Memory;
        var outer = new DerReader(parameters);
        var number = new DerReader(key.Key.Memory);
        if (!outer.TryTakeSequence(out DerReader domain)
            || !domain.TryTakeInteger(DerTag.Integer, out ReadOnlyMemory<byte> p)
            || !domain.TryTakeInteger(DerTag.Integer, out ReadOnlyMemory<byte> q)
            || !domain.TryTakeInteger(DerTag.Integer, out ReadOnlyMemory<byte> g)
            || !number.TryTakeInteger(DerTag.Integer, out ReadOnlyMemory<byte> y)
            || !domain.AtEnd
            || !number.AtEnd
            || p.Length > (MaxDsaBits / 8) + 1)
        {
            return false;
        }

        byte[] prime = Unsigned(p, 0);
        byte[] order = Unsigned(q, 0);
        using DSA dsa = DSA.Create(new DSAParameters { P = prime, Q = order, G = Unsigned(g, prime.Length), Y = Unsigned(y, prime.Length) });

        // FIPS 186-4, section 4.7: the leftmost bits of the digest, as many as the order has.
        ReadOnlySpan<byte> left = digest[..Math.Min(digest.Length, order.Length)];
        return dsa.VerifySignature(left, value, DSASignatureFormat.Rfc3279DerSequence);
    }

    private static byte[] Unsigned(ReadOnlyMemory<byte> integer, int width)
    {
        ReadOnlySpan<byte> magnitude = integer.Span.TrimStart((byte)0);
        byte[] result = new byte[Math.Max(width, magnitude.Length)];
        magnitude.CopyTo(result.AsSpan(result.Length - magnitude.Length));
        return result;
    }

    private static bool IsUsableRsa(PublicKeyProfile key) =>
        key is { Kind: PublicKeyKind.Rsa, Bits: > 0 and <= MaxRsaBits } && key.Exponent.Length <= MaxExponentOctets;

    private static bool VerifyPss(SignatureProfile signature, PublicKeyProfile key, ReadOnlySpan<byte> digest, ReadOnlySpan<byte> value, HashAlgorithmName hash) =>
        signature.SaltLength == digest.Length
            ? VerifyRsa(key, digest, value, hash, RSASignaturePadding.Pss)
            : PssSignature.Verify(key, hash, signature.SaltLength, digest, value);

    /// <summary>RFC 4055, section 3.3: a key of type id-RSASSA-PSS with parameters signs with these and no others.</summary>
    private static bool AllowsPss(PublicKeyProfile key, SignatureProfile signature)
    {
        if (key.Oid != PssKey || key.LacksParameters)
        {
            return true;
        }

        SignatureProfile allowed = AlgorithmReader.ReadPss(key.Parameters.Memory);
        return allowed.Kind == SignatureKind.RsaPss && allowed.Digest == signature.Digest && signature.SaltLength >= allowed.SaltLength;
    }

    private static HashAlgorithmName? HashOf(string? digest) => digest switch
    {
        "MD5" => HashAlgorithmName.MD5,
        "SHA1" => HashAlgorithmName.SHA1,
        "SHA256" => HashAlgorithmName.SHA256,
        "SHA384" => HashAlgorithmName.SHA384,
        "SHA512" => HashAlgorithmName.SHA512,
        _ => null,
    };
}

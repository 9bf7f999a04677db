using System;
using System.Collections.Generic;
using System.Linq;
using System.Numerics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Sallyport.Tls.Crypto;

/// <summary>Signs and verifies what the handshake signs, with any scheme and any key, even when they do not fit.</summary>
internal static class HandshakeSignature
{
    /// <summary>Stands for "MD5 and SHA-1, no name of the hash" of RSA in TLS 1.0 and 1.1 (RFC 4346, section 7.4.3).</summary>
    internal static readonly SignatureScheme Md5Sha1 = new(0xFF01);

    /// <summary>Chooses a scheme for the key from what the server offered; the key's natural scheme when nothing fits.</summary>
    internal static SignatureScheme Choose(AsymmetricAlgorithm key, TlsVersion version, IReadOnlyCollection<SignatureScheme> offered)
    {
        if (version < TlsVersion.Tls12)
        {
            return key is RSA ? Md5Sha1 : SignatureScheme.EcdsaSha1;
        }

        SignatureScheme natural = key switch
        {
            ECDsa { KeySize: 384 } => SignatureScheme.EcdsaSecp384R1Sha384,
            ECDsa { KeySize: 521 } => SignatureScheme.EcdsaSecp521R1Sha512,
            ECDsa => SignatureScheme.EcdsaSecp256R1Sha256,
            _ => SignatureScheme.RsaPssRsaeSha256,
        };
        if (offered.Contains(natural))
        {
            return natural;
        }

        bool Fits(SignatureScheme scheme) => version >= TlsVersion.Tls13
            ? key is RSA { KeySize: >= 1100 } or ECDsa ? key is RSA && scheme.Value is >= 0x0804 and <= 0x0806 : scheme == natural
            : key is RSA ? scheme.IsRsa && scheme.Value is not (>= 0x0809 and <= 0x080B) : scheme.IsEcdsa && scheme.Value < 0x0800;

        return offered
            .Where(Fits)
            .OrderBy(static scheme => scheme.UsesMd5 ? 2 : scheme.UsesSha1 ? 1 : 0)
            .Append(version >= TlsVersion.Tls13 || key is not RSA ? natural : SignatureScheme.RsaPkcs1Sha256)
            .First();
    }

    /// <summary>Signs; null when the key cannot (a short RSA key and a long hash, a key of another kind).</summary>
    internal static byte[]? Sign(AsymmetricAlgorithm key, SignatureScheme scheme, ReadOnlySpan<byte> data)
    {
        try
        {
            return key switch
            {
                RSA rsa when scheme == Md5Sha1 => SignMd5Sha1(rsa, data),
                RSA rsa => rsa.SignData(data, Hash(scheme), scheme.IsRsaPss ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1),
                ECDsa ecdsa => ecdsa.SignData(data, Hash(scheme), DSASignatureFormat.Rfc3279DerSequence),
                _ => null,
            };
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <summary>Whether the signature is right; null when we cannot tell (a kind of key or certificate the platform cannot read).</summary>
    internal static bool? Verify(ReadOnlySpan<byte> certificate, SignatureScheme scheme, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        try
        {
            using X509Certificate2 leaf = X509CertificateLoader.LoadCertificate(certificate);
            using RSA? rsa = leaf.GetRSAPublicKey();
            if (rsa is not null)
            {
                return scheme == Md5Sha1
                    ? VerifyMd5Sha1(rsa, data, signature)
                    : scheme.IsRsa && rsa.VerifyData(data, signature, Hash(scheme), scheme.IsRsaPss ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1);
            }

            using ECDsa? ecdsa = leaf.GetECDsaPublicKey();
            return ecdsa is null
                ? null
                : scheme.IsEcdsa && ecdsa.VerifyData(data, signature, Hash(scheme), DSASignatureFormat.Rfc3279DerSequence);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <summary>A key of the same kind and size as the leaf's, which is not the leaf's: what a thief of the certificate has.</summary>
    internal static AsymmetricAlgorithm ThrowAwayKey(ReadOnlySpan<byte> leaf)
    {
        try
        {
            using X509Certificate2 certificate = X509CertificateLoader.LoadCertificate(leaf);
            using RSA? rsa = certificate.GetRSAPublicKey();
            if (rsa is not null)
            {
                return RSA.Create(Math.Clamp(rsa.KeySize, 1024, 4096));
            }

            using ECDsa? ecdsa = certificate.GetECDsaPublicKey();
            return ecdsa is null ? ECDsa.Create(ECCurve.NamedCurves.nistP256) : ECDsa.Create(ecdsa.ExportParameters(false).Curve);
        }
        catch (Exception e) when (e is CryptographicException or NotSupportedException)
        {
            return ECDsa.Create(ECCurve.NamedCurves.nistP256);
        }
    }

    /// <summary>Encrypts the premaster secret to the server's key; null when it has no RSA key.</summary>
    internal static byte[]? EncryptPremaster(ReadOnlySpan<byte> certificate, ReadOnlySpan<byte> premaster)
    {
        try
        {
            using X509Certificate2 leaf = X509CertificateLoader.LoadCertificate(certificate);
            using RSA? rsa = leaf.GetRSAPublicKey();
            return rsa?.Encrypt(premaster, RSAEncryptionPadding.Pkcs1);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private static HashAlgorithmName Hash(SignatureScheme scheme) => scheme.Value switch
    {
        >= 0x0100 and < 0x0200 => HashAlgorithmName.MD5,
        >= 0x0200 and < 0x0300 => HashAlgorithmName.SHA1,
        0x0805 or 0x080A or (>= 0x0500 and < 0x0600) => HashAlgorithmName.SHA384,
        0x0806 or 0x080B or (>= 0x0600 and < 0x0700) => HashAlgorithmName.SHA512,
        _ => HashAlgorithmName.SHA256,
    };

    private static byte[] SignMd5Sha1(RSA rsa, ReadOnlySpan<byte> data)
    {
        // The platform cannot name this hash, so the padding and the power are done here; for legacy probes only.
        RSAParameters key = rsa.ExportParameters(true);
        var message = new BigInteger(PadMd5Sha1(data, key.Modulus?.Length ?? 0), isUnsigned: true, isBigEndian: true);
        var result = BigInteger.ModPow(message, Number(key.D), Number(key.Modulus));
        byte[] bytes = result.ToByteArray(isUnsigned: true, isBigEndian: true);
        return [.. new byte[(key.Modulus?.Length ?? bytes.Length) - bytes.Length], .. bytes];
    }

    private static bool VerifyMd5Sha1(RSA rsa, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        RSAParameters key = rsa.ExportParameters(false);
        if (signature.Length != (key.Modulus?.Length ?? 0) || signature.Length < 64)
        {
            return false;
        }

        var result = BigInteger.ModPow(new BigInteger(signature, isUnsigned: true, isBigEndian: true), Number(key.Exponent), Number(key.Modulus));
        return result == new BigInteger(PadMd5Sha1(data, signature.Length), isUnsigned: true, isBigEndian: true);
    }

    private static byte[] PadMd5Sha1(ReadOnlySpan<byte> data, int length)
    {
        byte[] digest = Prf12.TranscriptHash(HashAlgorithmName.MD5, data);
        if (length < digest.Length + 11)
        {
            throw new CryptographicException("The key is too short.");
        }

        var padded = new byte[length];
        padded.AsSpan().Fill(0xFF);
        padded[0] = 0;
        padded[1] = 1;
        padded[length - digest.Length - 1] = 0;
        digest.CopyTo(padded, length - digest.Length);
        return padded;
    }

    private static BigInteger Number(byte[]? bytes) => new(bytes, isUnsigned: true, isBigEndian: true);
}

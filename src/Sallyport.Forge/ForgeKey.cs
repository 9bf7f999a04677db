using System;
using System.Security.Cryptography;
using Sallyport.Forge.Der;

namespace Sallyport.Forge;

/// <summary>A key pair that signs, and whose public half can be written into a certificate.</summary>
/// <remarks>
/// Owns the key it was made with. The private half leaves it only through <see cref="Algorithm"/> and <see cref="ForgedIdentity"/>.
/// </remarks>
public sealed class ForgeKey : IDisposable
{
    private readonly ECDsa? _ec;
    private readonly RSA? _rsa;

    private ForgeKey(ECDsa ec)
    {
        _ec = ec;
        ECParameters parameters = ec.ExportParameters(includePrivateParameters: false);
        string curve = parameters.Curve.Oid?.Value ?? "";
        DefaultSignature = curve switch
        {
            Oids.CurveP256 => CertificateSignature.EcdsaSha256,
            Oids.CurveP384 => CertificateSignature.EcdsaSha384,
            Oids.CurveP521 => CertificateSignature.EcdsaSha512,
            _ => throw new ArgumentException("Only the curves P-256, P-384 and P-521 are supported.", nameof(ec)),
        };
        PublicKeyBits = DerWriter.Concat([0x04], parameters.Q.X ?? [], parameters.Q.Y ?? []);
        SubjectPublicKeyInfo = DerWriter.Sequence(
            DerWriter.Sequence(DerWriter.Oid(Oids.EcPublicKey), DerWriter.Oid(curve)),
            DerWriter.BitString(PublicKeyBits.Span));
    }

    private ForgeKey(RSA rsa)
    {
        _rsa = rsa;
        RSAParameters parameters = rsa.ExportParameters(includePrivateParameters: false);
        PublicKeyBits = DerWriter.Sequence(
            DerWriter.UnsignedInteger(parameters.Modulus), DerWriter.UnsignedInteger(parameters.Exponent));
        SubjectPublicKeyInfo = DerWriter.Sequence(
            DerWriter.Sequence(DerWriter.Oid(Oids.RsaEncryption), DerWriter.Null()),
            DerWriter.BitString(PublicKeyBits.Span));
        DefaultSignature = CertificateSignature.RsaSha256;
    }

    /// <summary>The platform's key, private half included: an <see cref="ECDsa"/> or an <see cref="RSA"/>.</summary>
    /// <remarks>Still owned by this object: do not dispose it.</remarks>
    public AsymmetricAlgorithm Algorithm => (AsymmetricAlgorithm?)_ec ?? _rsa ?? throw new InvalidOperationException("No key.");

    /// <summary>DER of the SubjectPublicKeyInfo.</summary>
    /// <remarks>RFC 5280, section 4.1.2.7; RFC 5480, section 2; RFC 3279, section 2.3.1.</remarks>
    public ReadOnlyMemory<byte> SubjectPublicKeyInfo { get; }

    /// <summary>The signature used when a specification names none: SHA-256, but SHA-384 on P-384 and SHA-512 on P-521.</summary>
    public CertificateSignature DefaultSignature { get; }

    /// <summary>The SHA-1 signature of this kind of key.</summary>
    public CertificateSignature Sha1Signature => _ec is null ? CertificateSignature.RsaSha1 : CertificateSignature.EcdsaSha1;

    /// <summary>Content of the BIT STRING in the SubjectPublicKeyInfo.</summary>
    internal ReadOnlyMemory<byte> PublicKeyBits { get; }

    /// <summary>Key identifier: the first 20 octets of SHA-256 over the public key bits.</summary>
    /// <remarks>RFC 7093, section 2, method 1.</remarks>
    public ReadOnlyMemory<byte> KeyIdentifier => SHA256.HashData(PublicKeyBits.Span).AsMemory(0, 20);

    /// <summary>A new ECDSA key on P-256.</summary>
    /// <returns>The key; the caller disposes it.</returns>
    public static ForgeKey P256() => new(ECDsa.Create(ECCurve.NamedCurves.nistP256));

    /// <summary>A new ECDSA key on P-384.</summary>
    /// <returns>The key; the caller disposes it.</returns>
    public static ForgeKey P384() => new(ECDsa.Create(ECCurve.NamedCurves.nistP384));

    /// <summary>A new ECDSA key on P-521.</summary>
    /// <returns>The key; the caller disposes it.</returns>
    public static ForgeKey P521() => new(ECDsa.Create(ECCurve.NamedCurves.nistP521));

    /// <summary>A new RSA key.</summary>
    /// <param name="bits">Size of the modulus in bits; 512 and more, as far as the platform makes it.</param>
    /// <returns>The key; the caller disposes it.</returns>
    public static ForgeKey Rsa(int bits) => new(RSA.Create(bits));

    /// <summary>Takes over an existing key.</summary>
    /// <param name="key">An <see cref="ECDsa"/> on P-256, P-384 or P-521, or an <see cref="RSA"/>; owned by the result.</param>
    /// <returns>The key.</returns>
    /// <exception cref="ArgumentException">The key is of another kind or on another curve.</exception>
    public static ForgeKey From(AsymmetricAlgorithm key) => key switch
    {
        ECDsa ec => new(ec),
        RSA rsa => new(rsa),
        _ => throw new ArgumentException("Only ECDSA and RSA keys can sign certificates here.", nameof(key)),
    };

    /// <inheritdoc/>
    public void Dispose()
    {
        _ec?.Dispose();
        _rsa?.Dispose();
    }

    internal static byte[] AlgorithmIdentifier(CertificateSignature signature)
    {
        byte[] sha256 = DerWriter.Sequence(DerWriter.Oid(Oids.Sha256), DerWriter.Null());
        return signature switch
        {
            CertificateSignature.EcdsaSha256 => DerWriter.Sequence(DerWriter.Oid(Oids.EcdsaSha256)),
            CertificateSignature.EcdsaSha384 => DerWriter.Sequence(DerWriter.Oid(Oids.EcdsaSha384)),
            CertificateSignature.EcdsaSha512 => DerWriter.Sequence(DerWriter.Oid(Oids.EcdsaSha512)),
            CertificateSignature.EcdsaSha1 => DerWriter.Sequence(DerWriter.Oid(Oids.EcdsaSha1)),
            CertificateSignature.RsaSha256 => DerWriter.Sequence(DerWriter.Oid(Oids.RsaSha256), DerWriter.Null()),
            CertificateSignature.RsaSha384 => DerWriter.Sequence(DerWriter.Oid(Oids.RsaSha384), DerWriter.Null()),
            CertificateSignature.RsaSha512 => DerWriter.Sequence(DerWriter.Oid(Oids.RsaSha512), DerWriter.Null()),
            CertificateSignature.RsaSha1 => DerWriter.Sequence(DerWriter.Oid(Oids.RsaSha1), DerWriter.Null()),
            CertificateSignature.RsaPssSha256 => DerWriter.Sequence(
                DerWriter.Oid(Oids.RsaPss),
                DerWriter.Sequence(
                    DerWriter.Context(0, sha256),
                    DerWriter.Context(1, DerWriter.Sequence(DerWriter.Oid(Oids.Mgf1), sha256)),
                    DerWriter.Context(2, DerWriter.Integer(32)))),
            _ => throw new ArgumentOutOfRangeException(nameof(signature), signature, "Unknown signature."),
        };
    }

    /// <exception cref="ArgumentException">The signature does not fit this kind of key.</exception>
    internal byte[] Sign(ReadOnlySpan<byte> data, CertificateSignature signature)
    {
        HashAlgorithmName hash = signature switch
        {
            CertificateSignature.EcdsaSha1 or CertificateSignature.RsaSha1 => HashAlgorithmName.SHA1,
            CertificateSignature.EcdsaSha384 or CertificateSignature.RsaSha384 => HashAlgorithmName.SHA384,
            CertificateSignature.EcdsaSha512 or CertificateSignature.RsaSha512 => HashAlgorithmName.SHA512,
            _ => HashAlgorithmName.SHA256,
        };
        bool wantsEc = signature is CertificateSignature.EcdsaSha1 or CertificateSignature.EcdsaSha256
            or CertificateSignature.EcdsaSha384 or CertificateSignature.EcdsaSha512;
        return (_ec, _rsa) switch
        {
            ({ } ec, _) when wantsEc => EcdsaValue(ec.SignData(data, hash, DSASignatureFormat.IeeeP1363FixedFieldConcatenation)),
            (_, { } rsa) when !wantsEc => rsa.SignData(
                data, hash, signature == CertificateSignature.RsaPssSha256 ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1),
            _ => throw new ArgumentException($"{signature} does not fit this kind of key.", nameof(signature)),
        };
    }

    private static byte[] EcdsaValue(ReadOnlySpan<byte> pair) => DerWriter.Sequence(
        DerWriter.UnsignedInteger(pair[..(pair.Length / 2)]), DerWriter.UnsignedInteger(pair[(pair.Length / 2)..]));
}

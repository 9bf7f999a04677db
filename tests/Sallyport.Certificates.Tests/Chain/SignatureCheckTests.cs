using System;
using System.Collections.Generic;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Threading.Tasks;
using Sallyport.Certificates.Chain;

namespace Sallyport.Certificates.Tests.Chain;

public sealed class SignatureCheckTests
{
    [Theory]
    [InlineData("sha256", "20")]
    [InlineData("sha256", "max")]
    [InlineData("sha256", "digest")]
    [InlineData("sha384", "0")]
    [InlineData("sha512", "max")]
    public async Task Verifies_PSS_with_any_salt_that_openssl_writes(string digest, string salt)
    {
        using var openssl = new OpenSsl();
        await openssl.RunAsync(
            "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "k.pem", "-subj", "/CN=pss", "-" + digest, "-outform", "DER", "-out", "c.der",
            "-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:" + salt);
        CertificateProfile profile = Authority.Read(openssl.Read("c.der"));
        profile.Signature.Kind.ShouldBe(SignatureKind.RsaPss);
        IsSelfSigned(profile, profile.SignatureValue.Span).ShouldBeTrue();
        byte[] changed = profile.SignatureValue.Span.ToArray();
        changed[^1] ^= 1;
        IsSelfSigned(profile, changed).ShouldBeFalse();
    }

    [Fact]
    public void Own_PSS_agrees_with_the_platform()
    {
        using RSA key = RSA.Create(1024);
        var request = new CertificateRequest("CN=rsa", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pss);
        using X509Certificate2 certificate = request.CreateSelfSigned(Minted.NotBefore, Minted.NotAfter);
        PublicKeyProfile profile = Authority.Read(certificate.RawData).PublicKey;
        var random = new Random(11);
        for (int round = 0; round < 200; round++)
        {
            byte[] digest = RandomNumberGenerator.GetBytes(32);
            byte[] signature = key.SignHash(digest, HashAlgorithmName.SHA256, RSASignaturePadding.Pss);
            if (round % 2 == 1)
            {
                signature[random.Next(signature.Length)] ^= (byte)(1 << random.Next(8));
            }

            PssSignature.Verify(profile, HashAlgorithmName.SHA256, 32, digest, signature).ShouldBe(round % 2 == 0);
            PssSignature.Verify(profile, HashAlgorithmName.SHA256, 31, digest, signature).ShouldBeFalse();
            PssSignature.Verify(profile, HashAlgorithmName.SHA256, 4000, digest, signature).ShouldBeFalse();
        }
    }

    public static IEnumerable<TheoryDataRow<string>> Curves => [new("nistP256"), new("nistP384"), new("nistP521")];

    [Theory]
    [MemberData(nameof(Curves))]
    public void Verifies_every_usual_curve(string curve)
    {
        using ECDsa key = ECDsa.Create(ECCurve.CreateFromFriendlyName(curve));
        using X509Certificate2 certificate = new CertificateRequest("CN=ec", key, HashAlgorithmName.SHA512).CreateSelfSigned(Minted.NotBefore, Minted.NotAfter);
        CertificateProfile profile = Authority.Read(certificate.RawData);
        IsSelfSigned(profile, profile.SignatureValue.Span).ShouldBeTrue();
        IsSelfSigned(profile, []).ShouldBeFalse();
        IsSelfSigned(profile, [0x30, 0x06, 2, 1, 0, 2, 1, 0]).ShouldBeFalse("r = s = 0");
    }

    [Fact]
    public void A_key_of_another_kind_signed_nothing()
    {
        using RSA key = RSA.Create(2048);
        using X509Certificate2 certificate = new CertificateRequest("CN=rsa", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(Minted.NotBefore, Minted.NotAfter);
        CertificateProfile rsa = Authority.Read(certificate.RawData);
        CertificateProfile ec = Authority.Read(Minted.SelfSigned());
        IsSelfSigned(rsa, rsa.SignatureValue.Span).ShouldBeTrue();
        SignatureCheck.Supports(rsa.Signature, ec.PublicKey).ShouldBeFalse();
        SignatureCheck.Supports(ec.Signature, rsa.PublicKey).ShouldBeFalse();
        SignatureCheck.Verify(rsa.Signature, ec.PublicKey, default, new byte[32], rsa.SignatureValue.Span).ShouldBeFalse();
    }

    private static bool IsSelfSigned(CertificateProfile profile, ReadOnlySpan<byte> signature) => SignatureCheck.Verify(
        profile.Signature, profile.PublicKey, default, SignatureCheck.Digest(profile.Signature, profile.SignedPart.Span), signature);
}

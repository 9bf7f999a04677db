using System;
using System.Security.Cryptography;
using Sallyport.Tls.Crypto;

namespace Sallyport.Tls.Tests.Crypto;

public sealed class Prf12Tests
{
    [Fact]
    public void Computes_the_vector_for_sha256_that_the_working_group_published() =>
        Convert.ToHexStringLower(Prf12.Compute(
                HashAlgorithmName.SHA256,
                Convert.FromHexString("9bbe436ba940f017b17652849a71db35"),
                "test label",
                Convert.FromHexString("a0ba9f936cda311827a6f796ffd5198c"),
                100))
            .ShouldBe("e3f229ba727be17b8d122620557cd453c2aab21d07c3d495329b52d4e61edb5a6b301791e90d35c9c9a46b4e14baf9af0fa022f7077def17abfd3797c0564bab4fbc91666e9def9b97fce34f796789baa48082d122ee42c5a72e5a5110fff70187347b66");

    [Fact]
    public void Computes_the_vector_for_sha384_that_the_working_group_published() =>
        Convert.ToHexStringLower(Prf12.Compute(
                HashAlgorithmName.SHA384,
                Convert.FromHexString("b80b733d6ceefcdc71566ea48e5567df"),
                "test label",
                Convert.FromHexString("cd665cf6a8447dd6ff8b27555edb7465"),
                148))
            .ShouldBe("7b0c18e9ced410ed1804f2cfa34a336a1c14dffb4900bb5fd7942107e81c83cde9ca0faa60be9fe34f82b1233c9146a0e534cb400fed2700884f9dc236f80edd8bfa961144c9e8d792eca722a7b32fc3d416d473ebc2c5fd4abfdad05d9184259b5bf8cd4d90fa0d31e2dec479e4f1a26066f2eea9a69236a3e52655c9e9aee691c8f3a26854308d5eaa3be85e0990703d73e56f");

    [Fact]
    public void Mixes_md5_and_sha1_for_the_old_versions()
    {
        byte[] secret = [1, 2, 3, 4, 5];
        byte[] seed = [9, 9];
        byte[] mixed = Prf12.Compute(HashAlgorithmName.MD5, secret, "x", seed, 40);

        mixed.Length.ShouldBe(40);
        mixed.ShouldNotBe(Prf12.Compute(HashAlgorithmName.SHA1, secret, "x", seed, 40));
        mixed.ShouldBe(Prf12.Compute(HashAlgorithmName.MD5, secret, "x", seed, 60)[..40]);
    }

    [Fact]
    public void Hashes_a_transcript_twice_for_the_old_versions() =>
        Prf12.TranscriptHash(HashAlgorithmName.MD5, [1]).ShouldBe([.. MD5.HashData([1]), .. SHA1.HashData([1])]);
}

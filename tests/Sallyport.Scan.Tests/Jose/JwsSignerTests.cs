using System;
using System.Linq;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using Sallyport.Scan.Jose;

namespace Sallyport.Scan.Tests.Jose;

public sealed class JwsSignerTests
{
    [Theory]
    [InlineData("RS256")]
    [InlineData("RS384")]
    [InlineData("RS512")]
    [InlineData("PS256")]
    [InlineData("PS384")]
    [InlineData("PS512")]
    [InlineData("ES256")]
    [InlineData("ES384")]
    [InlineData("ES512")]
    public void What_it_signs_its_public_key_verifies_and_no_other(string algorithm)
    {
        using AsymmetricAlgorithm key = Key(algorithm);
        using AsymmetricAlgorithm other = Key(algorithm);
        string pem = key.ExportPkcs8PrivateKeyPem();
        JwsSigner.TryRead(algorithm, pem, out JwsSigner? signer, out string? fault).ShouldBeTrue(fault);
        string text = JsonWebToken.Sign(JoseObject.Of("""{"typ":"JWT","alg":"x"}"""), JoseObject.Of("""{"sub":"alice"}"""), signer!); // asserted
        JsonWebToken.TryParse(text, out JsonWebToken? token, out fault).ShouldBeTrue(fault);
        token!.Algorithm.ShouldBe(algorithm); // asserted
        JsonWebKey.Of(key).Verifies(token).ShouldBeTrue();
        JsonWebKey.Of(other).Verifies(token).ShouldBeFalse();
        JsonWebToken.TryParse(token.WithTurnedBit(), out JsonWebToken? turned, out _).ShouldBeTrue();
        JsonWebKey.Of(key).Verifies(turned!).ShouldBeFalse(); // asserted
    }

    [Theory]
    [InlineData("ES256", "no key at all")]
    [InlineData("EdDSA", "x")]
    [InlineData("none", "x")]
    [InlineData("RS999", "x")]
    public void A_key_that_does_not_fit_is_refused_without_showing_it(string algorithm, string key)
    {
        JwsSigner.TryRead(algorithm, key, out JwsSigner? signer, out string? fault).ShouldBeFalse();
        signer.ShouldBeNull();
        fault.ShouldNotBeNull().ShouldNotContain("no key at all");
    }

    [Fact]
    public void A_public_key_or_the_wrong_kind_signs_nothing()
    {
        using RSA rsa = RSA.Create(2048);
        JwsSigner.TryRead("RS256", rsa.ExportSubjectPublicKeyInfoPem(), out _, out _).ShouldBeFalse();
        JwsSigner.TryRead("ES256", rsa.ExportPkcs8PrivateKeyPem(), out _, out _).ShouldBeFalse();
    }

    [Fact]
    public void Thumbprints_are_those_of_RFC_7638()
    {
        const string Text =
            """
            {"kty":"RSA","n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw","e":"AQAB","alg":"RS256","kid":"2011-04-29"}
            """;
        JsonWebKey key = JsonWebKey.ReadSet(Encoding.UTF8.GetBytes(Text)).ShouldHaveSingleItem();
        key.KeyId.ShouldBe("2011-04-29");
        using RSA rsa = RSA.Create();
        rsa.ImportSubjectPublicKeyInfo(key.PublicKeyInfo.AsSpan(), out _);
        JsonWebKey.Thumbprint(rsa).ShouldBe("NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
        JsonWebKey.Thumbprint("abc"u8).Length.ShouldBe(43);
    }

    [Fact]
    public void A_set_gives_the_keys_that_are_some_and_leaves_the_others_out()
    {
        using ECDsa good = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        string set = $$$"""{"keys":[{"kty":"oct","k":"AAAA"},7,{"kty":"EC","crv":"P-256","x":"AAAA","y":"AAAA"},{"kty":"RSA","n":"","e":"AQAB"},{{{JsonWebKey.Members(good)}}},{"kty":"OKP"}]}""";
        JsonWebKey key = JsonWebKey.ReadSet(Encoding.UTF8.GetBytes(set)).ShouldHaveSingleItem();
        key.IsElliptic.ShouldBeTrue();
        key.PublicKeyInfo.ShouldBe([.. good.ExportSubjectPublicKeyInfo()]);
        foreach (string broken in new[] { "", "{", "{\"keys\":7}", "[]", "{\"keys\":[{\"kty\":\"RSA\"" })
        {
            JsonWebKey.ReadSet(Encoding.UTF8.GetBytes(broken)).ShouldBeEmpty();
        }
    }

    [Fact]
    public void The_signature_for_the_point_at_infinity_holds_for_u1_one()
    {
        // u1 = hash/s must be 1, so that u1·G + u2·O is G, whose x must be r: the base point is the public key of the private key 1.
        byte[] one = new byte[32];
        one[31] = 1;
        using ECDsa unit = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = one });
        byte[] baseX = unit.ExportParameters(includePrivateParameters: false).Q.X ?? [];
        byte[] input = "header.payload"u8.ToArray();
        byte[] forged = BrokenSignatures.ForInfinity(input);
        forged.AsSpan(0, 32).SequenceEqual(baseX).ShouldBeTrue();
        var order = new BigInteger(BrokenSignatures.Order().AsSpan(0, 32), isUnsigned: true, isBigEndian: true);
        (new BigInteger(SHA256.HashData(input), isUnsigned: true, isBigEndian: true) % order)
            .ShouldBe(new BigInteger(forged.AsSpan(32), isUnsigned: true, isBigEndian: true));
        unit.VerifyData(input, forged, HashAlgorithmName.SHA256).ShouldBeFalse();
        BrokenSignatures.Zero("ES512").Length.ShouldBe(132);
        BrokenSignatures.Zero("ES256").All(b => b == 0).ShouldBeTrue();
    }

    private static AsymmetricAlgorithm Key(string algorithm) => algorithm switch
    {
        "ES256" => ECDsa.Create(ECCurve.NamedCurves.nistP256),
        "ES384" => ECDsa.Create(ECCurve.NamedCurves.nistP384),
        "ES512" => ECDsa.Create(ECCurve.NamedCurves.nistP521),
        _ => RSA.Create(2048),
    };
}

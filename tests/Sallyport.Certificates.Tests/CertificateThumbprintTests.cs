using System;
using System.Security.Cryptography;
using FsCheck;
using FsCheck.Fluent;

namespace Sallyport.Certificates.Tests;

public sealed class CertificateThumbprintTests
{
    // RFC 6234-style vector: SHA-256 of "abc".
    private const string AbcHex = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    private const string AbcX5t = "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0";

    [Fact]
    public void Hashes_with_SHA_256_and_prints_both_forms()
    {
        CertificateThumbprint thumbprint = CertificateThumbprint.Of("abc"u8);
        thumbprint.ToHex().ShouldBe(AbcHex);
        thumbprint.ToString().ShouldBe(AbcX5t);
    }

    [Fact]
    public void Parses_what_it_prints()
    {
        CertificateThumbprint.TryParse(AbcX5t, out CertificateThumbprint parsed).ShouldBeTrue();
        CertificateThumbprint.TryParseHex(AbcHex.ToUpperInvariant(), out CertificateThumbprint hex).ShouldBeTrue();
        parsed.ShouldBe(CertificateThumbprint.Of("abc"u8));
        (hex == parsed).ShouldBeTrue();
        (hex != default).ShouldBeTrue();
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa")]
    [InlineData("ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0=")]
    [InlineData("ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0")]
    [InlineData(" ngWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0")]
    [InlineData("ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa1")]
    [InlineData("ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa\u0660")]
    public void Refuses_every_other_spelling(string? text)
    {
        CertificateThumbprint.TryParse(text, out CertificateThumbprint parsed).ShouldBeFalse();
        parsed.ShouldBe(default);
    }

    [Theory]
    [InlineData("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015a")]
    [InlineData("ba:7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015a")]
    [InlineData("zz7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    public void Refuses_bad_hexadecimal(string text) => CertificateThumbprint.TryParseHex(text, out _).ShouldBeFalse();

    [Fact]
    public void Another_case_is_another_thumbprint()
    {
        CertificateThumbprint.TryParse("UngWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0", out CertificateThumbprint other).ShouldBeTrue();
        (other == CertificateThumbprint.Of("abc"u8)).ShouldBeFalse();
    }

    [Fact]
    public void Round_trips_any_hash() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(200),
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), static data =>
        {
            byte[] hash = SHA256.HashData(data);
            bool taken = CertificateThumbprint.TryFromHash(hash, out CertificateThumbprint thumbprint);
            byte[] back = new byte[32];
            thumbprint.WriteTo(back);
            return taken
                && back.AsSpan().SequenceEqual(hash)
                && CertificateThumbprint.TryParse(thumbprint.ToString(), out CertificateThumbprint text) && text == thumbprint
                && CertificateThumbprint.TryParseHex(thumbprint.ToHex(), out CertificateThumbprint hex) && hex == thumbprint;
        }));

    [Fact]
    public void Refuses_a_hash_of_another_size()
    {
        CertificateThumbprint.TryFromHash(new byte[20], out _).ShouldBeFalse();
        Should.Throw<ArgumentException>(static () => CertificateThumbprint.Of([]).WriteTo(new byte[31]));
    }
}

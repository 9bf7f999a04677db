using System.Linq;
using System.Numerics;
using Sallyport.Scan.Checks.Channel;
using Sallyport.Scan.Findings;
using Sallyport.Tls;

namespace Sallyport.Scan.Tests.Checks.Channel;

public sealed class WeakSuitesTests
{
    [Theory]
    [InlineData((ushort)0x0002, TlsVersion.Tls12, "null")]
    [InlineData((ushort)0xC018, TlsVersion.Tls12, "anon")]
    [InlineData((ushort)0xC015, TlsVersion.Tls12, "null anon")]
    [InlineData((ushort)0x0003, TlsVersion.Tls10, "export")]
    [InlineData((ushort)0x0005, TlsVersion.Tls12, "rc4 static-rsa")]
    [InlineData((ushort)0x0009, TlsVersion.Tls12, "des static-rsa")]
    [InlineData((ushort)0xC012, TlsVersion.Tls12, "3des")]
    [InlineData((ushort)0x009C, TlsVersion.Tls12, "static-rsa")]
    [InlineData((ushort)0x002F, TlsVersion.Tls12, "static-rsa cbc-sha1")]
    [InlineData((ushort)0xC013, TlsVersion.Tls12, "cbc-sha1")]
    [InlineData((ushort)0xC013, TlsVersion.Tls10, "")]
    [InlineData((ushort)0xC027, TlsVersion.Tls12, "")]
    [InlineData((ushort)0xC0AE, TlsVersion.Tls12, "ccm8")]
    [InlineData((ushort)0xC02F, TlsVersion.Tls12, "")]
    [InlineData((ushort)0xCCA9, TlsVersion.Tls12, "")]
    [InlineData((ushort)0x1301, TlsVersion.Tls13, "")]
    [InlineData((ushort)0x1305, TlsVersion.Tls13, "ccm8")]
    public void A_suite_is_weak_for_what_it_is(ushort suite, TlsVersion version, string weaknesses) =>
        string.Join(' ', WeakSuites.WeaknessesOf(new CipherSuite(suite), version)).ShouldBe(weaknesses);

    [Theory]
    [InlineData(1024, 129_093)]
    [InlineData(1536, 741_804)]
    [InlineData(2048, 124_476)]
    public void The_published_primes_are_computed_rightly(int bits, int offset)
    {
        // Each is a safe prime, which a slip in any digit would undo.
        BigInteger prime = KnownPrimes.Prime(bits, pi: true, offset);
        prime.GetBitLength().ShouldBe(bits);
        KnownPrimes.IsProbablyPrime(prime).ShouldBeTrue();
        KnownPrimes.IsProbablyPrime((prime - 1) / 2).ShouldBeTrue();
    }

    [Fact]
    public void The_first_group_of_rfc_7919_is_computed_rightly()
    {
        BigInteger prime = KnownPrimes.Prime(2048, pi: false, 560_316);
        KnownPrimes.IsProbablyPrime(prime).ShouldBeTrue();
        KnownPrimes.IsProbablyPrime((prime - 1) / 2).ShouldBeTrue();
        KnownPrimes.NameOf(prime).ShouldBe("ffdhe2048 (RFC 7919)");
    }

    [Fact]
    public void A_short_shared_prime_is_two_findings_and_a_long_one_none()
    {
        Variants(KnownPrimes.Prime(1024, pi: true, 129_093), 1024).ShouldBe("short common");
        Variants(KnownPrimes.Prime(2048, pi: true, 124_476), 2048).ShouldBe("");
        Variants(KnownPrimes.Prime(2048, pi: true, 124_476) + 2, 2048).ShouldBe("composite");
    }

    private static string Variants(BigInteger prime, int bits) => string.Join(
        ' ',
        new DiffieHellman().Judge(new() { DhPrime = [.. prime.ToByteArray(isUnsigned: true, isBigEndian: true)], DhPrimeBits = bits, DhGeneratorBits = 2 })
            .Probes.Where(static probe => probe.Outcome is Outcome.Failed).Select(static probe => probe.Variant));
}

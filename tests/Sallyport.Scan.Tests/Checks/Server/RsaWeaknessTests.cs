using System.Linq;
using System.Numerics;
using System.Security.Cryptography;
using Sallyport.Scan.Checks.Server;

namespace Sallyport.Scan.Tests.Checks.Server;

public sealed class RsaWeaknessTests
{
    [Fact]
    public void Primes_next_to_each_other_are_found()
    {
        BigInteger p = NextPrime(BigInteger.One << 511);
        BigInteger q = NextPrime(p + 2);
        RsaWeakness.HasClosePrimes(p * q).ShouldBeTrue();
    }

    [Fact]
    public void A_key_of_the_platform_has_neither_weakness()
    {
        using RSA rsa = RSA.Create(2048);
        var modulus = new BigInteger(rsa.ExportParameters(false).Modulus, isUnsigned: true, isBigEndian: true);
        RsaWeakness.HasClosePrimes(modulus).ShouldBeFalse();
        RsaWeakness.HasRocaFingerprint(modulus).ShouldBeFalse();
    }

    [Fact]
    public void A_modulus_built_as_the_broken_generator_builds_it_has_the_fingerprint()
    {
        int[] primes = [.. Enumerable.Range(2, 166).Where(n => Enumerable.Range(2, n - 2).All(d => n % d != 0))];
        BigInteger product = primes.Aggregate(BigInteger.One, (all, prime) => all * prime);
        BigInteger modulus = (product << 800) + BigInteger.ModPow(65_537, 123_456_789, product);
        RsaWeakness.HasRocaFingerprint(modulus).ShouldBeTrue();
        RsaWeakness.HasRocaFingerprint(modulus + 2).ShouldBeFalse();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(7)]
    [InlineData(-15)]
    public void Numbers_that_are_no_modulus_say_nothing(int number)
    {
        RsaWeakness.HasClosePrimes(number).ShouldBeFalse();
        RsaWeakness.HasRocaFingerprint(number).ShouldBeFalse();
    }

    private static BigInteger NextPrime(BigInteger from)
    {
        BigInteger candidate = from.IsEven ? from + 1 : from;
        // Fermat's test to three bases is enough for a number that only has to be factored by a test.
        while (new[] { 2, 3, 5 }.Any(b => BigInteger.ModPow(b, candidate - 1, candidate) != 1))
        {
            candidate += 2;
        }

        return candidate;
    }
}

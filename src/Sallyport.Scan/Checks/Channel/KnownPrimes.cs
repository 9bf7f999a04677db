using System.Collections.Immutable;
using System.Linq;
using System.Numerics;

namespace Sallyport.Scan.Checks.Channel;

/// <summary>The published primes for Diffie-Hellman, computed from the formula that defines them rather than typed in.</summary>
internal static class KnownPrimes
{
    private const int GuardBits = 64;

    /// <summary>
    /// p = 2^n - 2^(n-64) - 1 + 2^64 (floor(2^(n-130) x) + c) with x = pi for the Oakley groups (RFC 2409, RFC 3526) and x = e for RFC 7919.
    /// </summary>
    private static readonly ImmutableArray<(int Bits, bool Pi, int Offset, string Name)> s_groups =
    [
        (768, true, 149_686, "Oakley group 1 (RFC 2409)"),
        (1024, true, 129_093, "Oakley group 2 (RFC 2409)"),
        (1536, true, 741_804, "group 5 (RFC 3526)"),
        (2048, true, 124_476, "group 14 (RFC 3526)"),
        (3072, true, 1_690_314, "group 15 (RFC 3526)"),
        (4096, true, 240_904, "group 16 (RFC 3526)"),
        (2048, false, 560_316, "ffdhe2048 (RFC 7919)"),
        (3072, false, 2_625_351, "ffdhe3072 (RFC 7919)"),
        (4096, false, 5_736_041, "ffdhe4096 (RFC 7919)"),
    ];

    /// <summary>The published name of a prime.</summary>
    /// <param name="prime">The prime.</param>
    /// <returns><c>null</c> when it is none of the published ones.</returns>
    public static string? NameOf(BigInteger prime)
    {
        long bits = prime.GetBitLength();
        return s_groups.Where(group => group.Bits == bits && Prime(group.Bits, group.Pi, group.Offset) == prime).Select(static group => group.Name).FirstOrDefault();
    }

    /// <summary>Whether a number passes the Miller-Rabin test to the first twelve primes.</summary>
    /// <param name="number">The number; above 8192 bits it is believed, since testing it would take seconds.</param>
    public static bool IsProbablyPrime(BigInteger number)
    {
        if (number < 41 || number.IsEven)
        {
            return false;
        }

        if (number.GetBitLength() > 8192)
        {
            return true;
        }

        BigInteger odd = number - 1;
        int twos = 0;
        while (odd.IsEven)
        {
            odd >>= 1;
            twos++;
        }

        return ((int[])[2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37]).All(witness => Passes(number, odd, twos, witness));
    }

    /// <summary>One of the published primes.</summary>
    /// <param name="bits">Its length.</param>
    /// <param name="pi">Whether it is built from pi rather than e.</param>
    /// <param name="offset">The constant of its formula.</param>
    internal static BigInteger Prime(int bits, bool pi, int offset)
    {
        int precision = bits - 130;
        BigInteger digits = (pi ? Pi(precision) : E(precision)) + offset;
        return (BigInteger.One << bits) - (BigInteger.One << (bits - 64)) - 1 + (digits << 64);
    }

    private static bool Passes(BigInteger number, BigInteger odd, int twos, int witness)
    {
        BigInteger power = BigInteger.ModPow(witness, odd, number);
        if (power.IsOne || power == number - 1)
        {
            return true;
        }

        for (int round = 1; round < twos; round++)
        {
            power = power * power % number;
            if (power == number - 1)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Machin's formula, in fixed point.</summary>
    private static BigInteger Pi(int bits)
    {
        BigInteger one = BigInteger.One << (bits + GuardBits);
        return ((4 * ArcTan(5, one)) - ArcTan(239, one)) * 4 >> GuardBits;
    }

    private static BigInteger ArcTan(int inverse, BigInteger one)
    {
        BigInteger term = one / inverse;
        BigInteger sum = term;
        for (int n = 3, sign = -1; !term.IsZero; n += 2, sign = -sign)
        {
            term /= inverse * inverse;
            sum += sign * (term / n);
        }

        return sum;
    }

    private static BigInteger E(int bits)
    {
        BigInteger term = BigInteger.One << (bits + GuardBits);
        BigInteger sum = term;
        for (int n = 1; !term.IsZero; n++)
        {
            term /= n;
            sum += term;
        }

        return sum >> GuardBits;
    }
}

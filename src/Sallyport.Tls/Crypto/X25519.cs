using System;
using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Sallyport.Tls.Crypto;

/// <summary>The Diffie-Hellman function X25519, because the platform's OpenSSL gives .NET none.</summary>
/// <remarks>
/// RFC 7748, section 5. For the prober only: the ladder has no secret-dependent branch or index,
/// but no other side channel was considered, and keys live in managed memory.
/// </remarks>
internal static class X25519
{
    /// <summary>Length of keys and of the shared secret in bytes.</summary>
    internal const int Length = 32;

    internal static byte[] NewPrivateKey() => RandomNumberGenerator.GetBytes(Length);

    internal static byte[] PublicKey(ReadOnlySpan<byte> privateKey)
    {
        Span<byte> basePoint = stackalloc byte[Length];
        basePoint.Clear();
        basePoint[0] = 9;
        var result = new byte[Length];
        ScalarMultiply(privateKey, basePoint, result);
        return result;
    }

    /// <summary>The shared secret, or null when it is all zero (a point of low order: RFC 7748 section 6.1, RFC 8446 section 7.4.2).</summary>
    internal static byte[]? SharedSecret(ReadOnlySpan<byte> privateKey, ReadOnlySpan<byte> peer)
    {
        if (peer.Length != Length)
        {
            return null;
        }

        var result = new byte[Length];
        ScalarMultiply(privateKey, peer, result);
        Span<byte> zero = stackalloc byte[Length];
        zero.Clear();
        return CryptographicOperations.FixedTimeEquals(result, zero) ? null : result;
    }

    internal static void ScalarMultiply(ReadOnlySpan<byte> scalar, ReadOnlySpan<byte> u, Span<byte> result)
    {
        Span<byte> k = stackalloc byte[Length];
        scalar[..Length].CopyTo(k);
        k[0] &= 248;
        k[31] &= 127;
        k[31] |= 64;

        Field25519 x1 = Field25519.FromBytes(u);
        Field25519 x2 = Field25519.One;
        Field25519 z2 = Field25519.Zero;
        Field25519 x3 = x1;
        Field25519 z3 = Field25519.One;
        ulong swap = 0;
        for (int t = 254; t >= 0; t--)
        {
            ulong bit = (ulong)(k[t >> 3] >> (t & 7)) & 1;
            swap ^= bit;
            Field25519.Swap(swap, ref x2, ref x3);
            Field25519.Swap(swap, ref z2, ref z3);
            swap = bit;

            Field25519 a = x2 + z2;
            Field25519 b = x2 - z2;
            Field25519 aa = a * a;
            Field25519 bb = b * b;
            Field25519 e = aa - bb;
            Field25519 da = (x3 - z3) * a;
            Field25519 cb = (x3 + z3) * b;
            Field25519 sum = da + cb;
            Field25519 difference = da - cb;
            x3 = sum * sum;
            z3 = x1 * (difference * difference);
            x2 = aa * bb;
            z2 = e * (aa + e.TimesA24());
        }

        Field25519.Swap(swap, ref x2, ref x3);
        Field25519.Swap(swap, ref z2, ref z3);
        (x2 * z2.Invert()).ToBytes(result);
        CryptographicOperations.ZeroMemory(k);
    }

    /// <summary>An element of the field of 2^255 - 19 in five limbs of 51 bits.</summary>
    private readonly struct Field25519(ulong l0, ulong l1, ulong l2, ulong l3, ulong l4)
    {
        private const ulong Mask = (1UL << 51) - 1;

        private readonly ulong _l0 = l0;
        private readonly ulong _l1 = l1;
        private readonly ulong _l2 = l2;
        private readonly ulong _l3 = l3;
        private readonly ulong _l4 = l4;

        internal static Field25519 Zero => default;

        internal static Field25519 One => new(1, 0, 0, 0, 0);

        public static Field25519 operator +(in Field25519 a, in Field25519 b) =>
            Carried(a._l0 + b._l0, a._l1 + b._l1, a._l2 + b._l2, a._l3 + b._l3, a._l4 + b._l4);

        // Twice the prime is added limb by limb so that no limb goes below zero.
        public static Field25519 operator -(in Field25519 a, in Field25519 b) =>
            Carried(
                a._l0 + 0xFFFFFFFFFFFDAUL - b._l0,
                a._l1 + 0xFFFFFFFFFFFFEUL - b._l1,
                a._l2 + 0xFFFFFFFFFFFFEUL - b._l2,
                a._l3 + 0xFFFFFFFFFFFFEUL - b._l3,
                a._l4 + 0xFFFFFFFFFFFFEUL - b._l4);

        public static Field25519 operator *(in Field25519 a, in Field25519 b)
        {
            ulong b1 = b._l1 * 19;
            ulong b2 = b._l2 * 19;
            ulong b3 = b._l3 * 19;
            ulong b4 = b._l4 * 19;
            UInt128 r0 = Math.BigMul(a._l0, b._l0) + Math.BigMul(a._l1, b4) + Math.BigMul(a._l2, b3) + Math.BigMul(a._l3, b2) + Math.BigMul(a._l4, b1);
            UInt128 r1 = Math.BigMul(a._l0, b._l1) + Math.BigMul(a._l1, b._l0) + Math.BigMul(a._l2, b4) + Math.BigMul(a._l3, b3) + Math.BigMul(a._l4, b2);
            UInt128 r2 = Math.BigMul(a._l0, b._l2) + Math.BigMul(a._l1, b._l1) + Math.BigMul(a._l2, b._l0) + Math.BigMul(a._l3, b4) + Math.BigMul(a._l4, b3);
            UInt128 r3 = Math.BigMul(a._l0, b._l3) + Math.BigMul(a._l1, b._l2) + Math.BigMul(a._l2, b._l1) + Math.BigMul(a._l3, b._l0) + Math.BigMul(a._l4, b4);
            UInt128 r4 = Math.BigMul(a._l0, b._l4) + Math.BigMul(a._l1, b._l3) + Math.BigMul(a._l2, b._l2) + Math.BigMul(a._l3, b._l1) + Math.BigMul(a._l4, b._l0);
            r1 += (ulong)(r0 >> 51);
            r2 += (ulong)(r1 >> 51);
            r3 += (ulong)(r2 >> 51);
            r4 += (ulong)(r3 >> 51);
            ulong low = ((ulong)r0 & Mask) + ((ulong)(r4 >> 51) * 19);
            return Carried(low, (ulong)r1 & Mask, (ulong)r2 & Mask, (ulong)r3 & Mask, (ulong)r4 & Mask);
        }

        internal static Field25519 FromBytes(ReadOnlySpan<byte> bytes)
        {
            ulong w0 = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
            ulong w1 = BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]);
            ulong w2 = BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..]);
            ulong w3 = BinaryPrimitives.ReadUInt64LittleEndian(bytes[24..]);

            // The top bit is masked away, and values from the prime upwards are taken as they are (RFC 7748, section 5).
            return new(
                w0 & Mask,
                ((w0 >> 51) | (w1 << 13)) & Mask,
                ((w1 >> 38) | (w2 << 26)) & Mask,
                ((w2 >> 25) | (w3 << 39)) & Mask,
                (w3 >> 12) & Mask);
        }

        internal static void Swap(ulong bit, ref Field25519 a, ref Field25519 b)
        {
            ulong mask = 0 - bit;
            ulong t0 = mask & (a._l0 ^ b._l0);
            ulong t1 = mask & (a._l1 ^ b._l1);
            ulong t2 = mask & (a._l2 ^ b._l2);
            ulong t3 = mask & (a._l3 ^ b._l3);
            ulong t4 = mask & (a._l4 ^ b._l4);
            a = new(a._l0 ^ t0, a._l1 ^ t1, a._l2 ^ t2, a._l3 ^ t3, a._l4 ^ t4);
            b = new(b._l0 ^ t0, b._l1 ^ t1, b._l2 ^ t2, b._l3 ^ t3, b._l4 ^ t4);
        }

        internal Field25519 TimesA24() => this * new Field25519(121665, 0, 0, 0, 0);

        internal Field25519 Invert()
        {
            // Fermat: the exponent 2^255 - 21 is all ones down to bit 5, then 01011.
            Field25519 result = this;
            for (int bit = 253; bit >= 0; bit--)
            {
                result *= result;
                if (bit >= 5 || ((0b01011 >> bit) & 1) == 1)
                {
                    result *= this;
                }
            }

            return result;
        }

        internal void ToBytes(Span<byte> destination)
        {
            Field25519 value = Carried(_l0, _l1, _l2, _l3, _l4);

            // q is 1 exactly when the value is not below the prime.
            ulong q = (value._l0 + 19) >> 51;
            q = (value._l1 + q) >> 51;
            q = (value._l2 + q) >> 51;
            q = (value._l3 + q) >> 51;
            q = (value._l4 + q) >> 51;
            ulong l0 = value._l0 + (19 * q);
            ulong l1 = value._l1 + (l0 >> 51);
            ulong l2 = value._l2 + (l1 >> 51);
            ulong l3 = value._l3 + (l2 >> 51);
            ulong l4 = (value._l4 + (l3 >> 51)) & Mask;
            l0 &= Mask;
            l1 &= Mask;
            l2 &= Mask;
            l3 &= Mask;
            BinaryPrimitives.WriteUInt64LittleEndian(destination, l0 | (l1 << 51));
            BinaryPrimitives.WriteUInt64LittleEndian(destination[8..], (l1 >> 13) | (l2 << 38));
            BinaryPrimitives.WriteUInt64LittleEndian(destination[16..], (l2 >> 26) | (l3 << 25));
            BinaryPrimitives.WriteUInt64LittleEndian(destination[24..], (l3 >> 39) | (l4 << 12));
        }

        private static Field25519 Carried(ulong l0, ulong l1, ulong l2, ulong l3, ulong l4)
        {
            l1 += l0 >> 51;
            l2 += l1 >> 51;
            l3 += l2 >> 51;
            l4 += l3 >> 51;
            l0 = (l0 & Mask) + ((l4 >> 51) * 19);
            l1 = (l1 & Mask) + (l0 >> 51);
            return new(l0 & Mask, l1, l2 & Mask, l3 & Mask, l4 & Mask);
        }
    }
}

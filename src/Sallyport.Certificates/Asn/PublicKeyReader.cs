using System;
using System.Collections.Frozen;
using System.Collections.Generic;
using System.Numerics;
using System.Security.Cryptography;

namespace Sallyport.Certificates.Asn;

/// <summary>Reads SubjectPublicKeyInfo (RFC 5280, section 4.1.2.7; RFC 3279, 5480, 8410).</summary>
internal static class PublicKeyReader
{
    private static readonly FrozenDictionary<string, (string Name, int Bits)> Curves = new Dictionary<string, (string, int)>
    {
        ["1.2.840.10045.3.1.1"] = ("P-192", 192),
        ["1.3.132.0.33"] = ("P-224", 224),
        ["1.2.840.10045.3.1.7"] = ("P-256", 256),
        ["1.3.132.0.34"] = ("P-384", 384),
        ["1.3.132.0.35"] = ("P-521", 521),
        ["1.3.132.0.10"] = ("secp256k1", 256),
        ["1.3.36.3.3.2.8.1.1.7"] = ("brainpoolP256r1", 256),
        ["1.3.36.3.3.2.8.1.1.11"] = ("brainpoolP384r1", 384),
        ["1.3.36.3.3.2.8.1.1.13"] = ("brainpoolP512r1", 512),
    }.ToFrozenDictionary();

    public static bool TryRead(ReadOnlyMemory<byte> whole, out PublicKeyProfile? key)
    {
        key = null;
        var outer = new DerReader(whole);
        if (!outer.TryTakeSequence(out DerReader info)
            || !outer.AtEnd
            || !info.TryTakeWhole(DerTag.Sequence, out ReadOnlyMemory<byte> algorithm)
            || !AlgorithmReader.TrySplit(algorithm, out string oid, out ReadOnlyMemory<byte> parameters)
            || !info.TryTakeBits(DerTag.BitString, out ReadOnlyMemory<byte> bits, out int unused)
            || unused != 0
            || !info.AtEnd)
        {
            return false;
        }

        PublicKeyProfile? described = Describe(oid, parameters, bits);
        key = described is null ? null : described with
        {
            LacksParameters = parameters.IsEmpty || parameters.Span[0] == DerTag.Null,
            Parameters = new Octets(parameters),
            Key = new Octets(bits),
            SubjectPublicKeyInfo = new Octets(whole),
            Pin = Octets.Of(SHA256.HashData(whole.Span)),
        };
        return key is not null;
    }

    private static PublicKeyProfile? Describe(string oid, ReadOnlyMemory<byte> parameters, ReadOnlyMemory<byte> key) => oid switch
    {
        "1.2.840.113549.1.1.1" or "1.2.840.113549.1.1.10" => Rsa(oid, key),
        "1.2.840.10040.4.1" => Dsa(oid, parameters),
        "1.2.840.10045.2.1" => Elliptic(oid, parameters),
        "1.3.101.112" => Named(oid, PublicKeyKind.Edwards, "Ed25519", 255, 128),
        "1.3.101.113" => Named(oid, PublicKeyKind.Edwards, "Ed448", 448, 224),
        "1.3.101.110" => Named(oid, PublicKeyKind.Montgomery, "X25519", 255, 128),
        "1.3.101.111" => Named(oid, PublicKeyKind.Montgomery, "X448", 448, 224),
        "2.16.840.1.101.3.4.3.17" => Named(oid, PublicKeyKind.MlDsa, "ML-DSA-44", key.Length * 8, 128),
        "2.16.840.1.101.3.4.3.18" => Named(oid, PublicKeyKind.MlDsa, "ML-DSA-65", key.Length * 8, 192),
        "2.16.840.1.101.3.4.3.19" => Named(oid, PublicKeyKind.MlDsa, "ML-DSA-87", key.Length * 8, 256),
        _ => Named(oid, PublicKeyKind.Other, oid, 0, 0),
    };

    private static PublicKeyProfile? Rsa(string oid, ReadOnlyMemory<byte> key)
    {
        var outer = new DerReader(key);
        if (!outer.TryTakeSequence(out DerReader inner)
            || !outer.AtEnd
            || !inner.TryTakeInteger(DerTag.Integer, out ReadOnlyMemory<byte> modulus)
            || !inner.TryTakeInteger(DerTag.Integer, out ReadOnlyMemory<byte> exponent)
            || !inner.AtEnd
            || modulus.Span[0] >= 0x80
            || exponent.Span[0] >= 0x80)
        {
            return null;
        }

        int bits = BitLength(modulus.Span);
        return Named(oid, PublicKeyKind.Rsa, $"RSA {bits}", bits, FiniteFieldStrength(bits)) with { Exponent = new Octets(exponent) };
    }

    private static PublicKeyProfile? Dsa(string oid, ReadOnlyMemory<byte> parameters)
    {
        if (parameters.IsEmpty || parameters.Span[0] == DerTag.Null)
        {
            return Named(oid, PublicKeyKind.Dsa, "DSA with inherited parameters", 0, 0);
        }

        var outer = new DerReader(parameters);
        if (!outer.TryTakeSequence(out DerReader inner)
            || !inner.TryTakeInteger(DerTag.Integer, out ReadOnlyMemory<byte> prime)
            || !inner.TryTakeInteger(DerTag.Integer, out _)
            || !inner.TryTakeInteger(DerTag.Integer, out _)
            || !inner.AtEnd)
        {
            return null;
        }

        int bits = BitLength(prime.Span);
        return Named(oid, PublicKeyKind.Dsa, $"DSA {bits}", bits, FiniteFieldStrength(bits));
    }

    private static PublicKeyProfile Elliptic(string oid, ReadOnlyMemory<byte> parameters)
    {
        var reader = new DerReader(parameters);
        if (!reader.TryTakeOid(out string curve))
        {
            // Explicit or missing parameters: RFC 5480 forbids both, and CVE-2020-0601 shows why.
            return Named(oid, PublicKeyKind.EllipticCurve, "EC with explicit parameters", 0, 0);
        }

        (string? name, int bits) = Curves.GetValueOrDefault(curve);
        return Named(oid, PublicKeyKind.EllipticCurve, "EC " + (name ?? curve), bits, bits / 2) with { Curve = curve };
    }

    private static PublicKeyProfile Named(string oid, PublicKeyKind kind, string name, int bits, int strength) => new()
    {
        Oid = oid,
        Kind = kind,
        Bits = bits,
        SecurityBits = strength,
        Name = name,
        SubjectPublicKeyInfo = default,
        Pin = default,
    };

    private static int BitLength(ReadOnlySpan<byte> integer)
    {
        ReadOnlySpan<byte> magnitude = integer.TrimStart((byte)0);
        return magnitude.IsEmpty ? 0 : ((magnitude.Length - 1) * 8) + 32 - BitOperations.LeadingZeroCount(magnitude[0]);
    }

    /// <summary>NIST SP 800-57 part 1, table 2.</summary>
    private static int FiniteFieldStrength(int bits) => bits switch
    {
        >= 15360 => 256,
        >= 7680 => 192,
        >= 3072 => 128,
        >= 2048 => 112,
        >= 1024 => 80,
        _ => 0,
    };
}

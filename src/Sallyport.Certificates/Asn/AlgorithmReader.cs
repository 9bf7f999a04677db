using System;
using System.Collections.Frozen;
using System.Collections.Generic;

namespace Sallyport.Certificates.Asn;

/// <summary>Reads AlgorithmIdentifier as a signature and names it.</summary>
internal static class AlgorithmReader
{
    private const string Pss = "1.2.840.113549.1.1.10";

    private static readonly FrozenDictionary<string, (SignatureKind Kind, string? Digest)> Signatures =
        new Dictionary<string, (SignatureKind, string?)>
        {
            ["1.2.840.113549.1.1.2"] = (SignatureKind.RsaPkcs1, "MD2"),
            ["1.2.840.113549.1.1.4"] = (SignatureKind.RsaPkcs1, "MD5"),
            ["1.2.840.113549.1.1.5"] = (SignatureKind.RsaPkcs1, "SHA1"),
            ["1.3.14.3.2.29"] = (SignatureKind.RsaPkcs1, "SHA1"),
            ["1.2.840.113549.1.1.14"] = (SignatureKind.RsaPkcs1, "SHA224"),
            ["1.2.840.113549.1.1.11"] = (SignatureKind.RsaPkcs1, "SHA256"),
            ["1.2.840.113549.1.1.12"] = (SignatureKind.RsaPkcs1, "SHA384"),
            ["1.2.840.113549.1.1.13"] = (SignatureKind.RsaPkcs1, "SHA512"),
            ["1.2.840.10040.4.3"] = (SignatureKind.Dsa, "SHA1"),
            ["2.16.840.1.101.3.4.3.1"] = (SignatureKind.Dsa, "SHA224"),
            ["2.16.840.1.101.3.4.3.2"] = (SignatureKind.Dsa, "SHA256"),
            ["1.2.840.10045.4.1"] = (SignatureKind.Ecdsa, "SHA1"),
            ["1.2.840.10045.4.3.1"] = (SignatureKind.Ecdsa, "SHA224"),
            ["1.2.840.10045.4.3.2"] = (SignatureKind.Ecdsa, "SHA256"),
            ["1.2.840.10045.4.3.3"] = (SignatureKind.Ecdsa, "SHA384"),
            ["1.2.840.10045.4.3.4"] = (SignatureKind.Ecdsa, "SHA512"),
            ["1.3.101.112"] = (SignatureKind.EdDsa, null),
            ["1.3.101.113"] = (SignatureKind.EdDsa, null),
            ["2.16.840.1.101.3.4.3.17"] = (SignatureKind.MlDsa, null),
            ["2.16.840.1.101.3.4.3.18"] = (SignatureKind.MlDsa, null),
            ["2.16.840.1.101.3.4.3.19"] = (SignatureKind.MlDsa, null),
        }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, string> Digests = new Dictionary<string, string>
    {
        ["1.2.840.113549.2.5"] = "MD5",
        ["1.3.14.3.2.26"] = "SHA1",
        ["2.16.840.1.101.3.4.2.4"] = "SHA224",
        ["2.16.840.1.101.3.4.2.1"] = "SHA256",
        ["2.16.840.1.101.3.4.2.2"] = "SHA384",
        ["2.16.840.1.101.3.4.2.3"] = "SHA512",
    }.ToFrozenDictionary();

    /// <summary>Reads a whole AlgorithmIdentifier.</summary>
    public static bool TryReadSignature(ReadOnlyMemory<byte> whole, out SignatureProfile? signature)
    {
        signature = null;
        if (!TrySplit(whole, out string oid, out ReadOnlyMemory<byte> parameters))
        {
            return false;
        }

        if (oid == Pss)
        {
            signature = ReadPss(parameters);
            return true;
        }

        (SignatureKind kind, string? digest) = Signatures.GetValueOrDefault(oid);
        signature = new SignatureProfile
        {
            Oid = oid,
            Kind = kind,
            Digest = digest,
            SecurityBits = kind is SignatureKind.EdDsa ? (oid == "1.3.101.112" ? 128 : 224) : Strength(digest),
            Name = kind is SignatureKind.Other ? oid : digest is null ? Label(kind, oid) : $"{Label(kind, oid)} {digest}",
            Parameters = new Octets(parameters),
        };
        return true;
    }

    /// <summary>Splits an AlgorithmIdentifier into its OID and its parameters (empty when absent).</summary>
    public static bool TrySplit(ReadOnlyMemory<byte> whole, out string oid, out ReadOnlyMemory<byte> parameters)
    {
        oid = "";
        parameters = default;
        var outer = new DerReader(whole);
        return outer.TryTakeSequence(out DerReader inner)
            && outer.AtEnd
            && inner.TryTakeOid(out oid)
            && (inner.AtEnd || inner.TryTakeAny(out _, out _, out parameters))
            && inner.AtEnd;
    }

    /// <summary>The usual name of a digest algorithm, or null.</summary>
    public static string? DigestName(string oid) => Digests.GetValueOrDefault(oid);

    /// <summary>RFC 4055, section 3.1: everything has a default, and the default is SHA-1.</summary>
    public static SignatureProfile ReadPss(ReadOnlyMemory<byte> parameters)
    {
        string? digest = "SHA1";
        string? mask = "SHA1";
        int salt = 20;
        int trailer = 1;
        bool ok = true;
        if (!parameters.IsEmpty)
        {
            var outer = new DerReader(parameters);
            ok = outer.TryTakeSequence(out DerReader inner) && outer.AtEnd
                && TryDigest(ref inner, 0, ref digest)
                && TryMask(ref inner, ref mask)
                && TryNumber(ref inner, 2, ref salt)
                && TryNumber(ref inner, 3, ref trailer)
                && inner.AtEnd;
        }

        // A mask over another digest is legal but nobody's platform verifies it: named Other, so it is refused by name.
        bool usable = ok && digest is not null && digest == mask && trailer == 1;
        return new SignatureProfile
        {
            Oid = Pss,
            Kind = usable ? SignatureKind.RsaPss : SignatureKind.Other,
            Digest = ok ? digest : null,
            SecurityBits = ok ? Strength(digest) : 0,
            Name = usable ? $"RSA-PSS {digest}" : "RSA-PSS with unusual parameters",
            SaltLength = salt,
            Parameters = new Octets(parameters),
        };
    }

    private static bool TryDigest(ref DerReader reader, int tag, ref string? digest)
    {
        if (reader.NextTag != DerTag.Constructed(tag))
        {
            return true;
        }

        if (!reader.TryTake(DerTag.Constructed(tag), out ReadOnlyMemory<byte> content) || !TrySplit(content, out string oid, out _))
        {
            return false;
        }

        digest = DigestName(oid);
        return true;
    }

    private static bool TryMask(ref DerReader reader, ref string? digest)
    {
        if (reader.NextTag != DerTag.Constructed(1))
        {
            return true;
        }

        if (!reader.TryTake(DerTag.Constructed(1), out ReadOnlyMemory<byte> content)
            || !TrySplit(content, out string mask, out ReadOnlyMemory<byte> parameters)
            || !TrySplit(parameters, out string oid, out _))
        {
            return false;
        }

        digest = mask == "1.2.840.113549.1.1.8" ? DigestName(oid) : null;
        return true;
    }

    private static bool TryNumber(ref DerReader reader, int tag, ref int value)
    {
        if (reader.NextTag != DerTag.Constructed(tag))
        {
            return true;
        }

        return reader.TryTakeInner(DerTag.Constructed(tag), out DerReader inner)
            && inner.TryTakeCount(DerTag.Integer, out value)
            && inner.AtEnd;
    }

    private static int Strength(string? digest) => digest switch
    {
        "SHA224" => 112,
        "SHA256" => 128,
        "SHA384" => 192,
        "SHA512" => 256,
        _ => 0,
    };

    private static string Label(SignatureKind kind, string oid) => kind switch
    {
        SignatureKind.RsaPkcs1 => "RSA",
        SignatureKind.Dsa => "DSA",
        SignatureKind.Ecdsa => "ECDSA",
        SignatureKind.EdDsa => oid == "1.3.101.112" ? "Ed25519" : "Ed448",
        SignatureKind.MlDsa => oid[^1] switch { '7' => "ML-DSA-44", '8' => "ML-DSA-65", _ => "ML-DSA-87" },
        _ => oid,
    };
}

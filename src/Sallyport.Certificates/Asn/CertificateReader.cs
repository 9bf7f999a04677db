using System;
using System.Collections.Generic;
using System.Collections.Immutable;

namespace Sallyport.Certificates.Asn;

/// <summary>Reads one certificate (RFC 5280, section 4.1) and remembers the first defect.</summary>
internal sealed class CertificateReader
{
    private const int MaxExtensions = 256;

    private CertificateDefect? _defect;

    public static CertificateProfile? Read(ReadOnlyMemory<byte> der, out CertificateDefect? defect)
    {
        var reader = new CertificateReader();
        CertificateProfile? profile = reader.ReadCertificate(der);
        defect = profile is null ? reader._defect : null;
        return profile;
    }

    private CertificateProfile? ReadCertificate(ReadOnlyMemory<byte> der)
    {
        if (der.Length > CertificateProfile.MaxDerBytes)
        {
            return Fail(CertificateDefectKind.TooLarge, "Certificate");
        }

        var outer = new DerReader(der);
        if (!outer.TryTakeSequence(out DerReader certificate))
        {
            return Fail(CertificateDefectKind.Malformed, "Certificate");
        }

        if (!outer.AtEnd)
        {
            return Fail(CertificateDefectKind.TrailingData, "Certificate");
        }

        if (!certificate.TryTakeWhole(DerTag.Sequence, out ReadOnlyMemory<byte> signed)
            || !certificate.TryTakeWhole(DerTag.Sequence, out ReadOnlyMemory<byte> algorithm)
            || !AlgorithmReader.TryReadSignature(algorithm, out SignatureProfile? signature))
        {
            return Fail(CertificateDefectKind.Malformed, "signatureAlgorithm");
        }

        if (!certificate.TryTakeBits(DerTag.BitString, out ReadOnlyMemory<byte> bits, out int unused) || !certificate.AtEnd)
        {
            return Fail(CertificateDefectKind.Malformed, "signatureValue");
        }

        // signature is not null: TryReadSignature answered true.
        // A signature that is no whole number of octets is nobody's: kept empty, so that it is refused as such and not as unreadable.
        return ReadSigned(der, signed, algorithm, signature!, unused == 0 ? bits : default);
    }

    private CertificateProfile? ReadSigned(
        ReadOnlyMemory<byte> der, ReadOnlyMemory<byte> signed, ReadOnlyMemory<byte> algorithm, SignatureProfile signature, ReadOnlyMemory<byte> bits)
    {
        var outer = new DerReader(signed);
        if (!outer.TryTakeSequence(out DerReader tbs) || !TryReadVersion(ref tbs, out int version))
        {
            return Fail(CertificateDefectKind.BadVersion, "version");
        }

        if (!tbs.TryTakeInteger(DerTag.Integer, out ReadOnlyMemory<byte> serial))
        {
            return Fail(CertificateDefectKind.Malformed, "serialNumber");
        }

        if (!tbs.TryTakeWhole(DerTag.Sequence, out ReadOnlyMemory<byte> inner))
        {
            return Fail(CertificateDefectKind.Malformed, "signature");
        }

        if (!inner.Span.SequenceEqual(algorithm.Span))
        {
            return Fail(CertificateDefectKind.AlgorithmMismatch, "signature");
        }

        if (!tbs.TryTakeWhole(DerTag.Sequence, out ReadOnlyMemory<byte> issuerDer) || !NameReader.TryRead(issuerDer, out DistinguishedName issuer))
        {
            return Fail(CertificateDefectKind.Malformed, "issuer");
        }

        bool proper = true;
        if (!tbs.TryTakeSequence(out DerReader validity)
            || !TryTakeDate(ref validity, ref proper, out DateTimeOffset notBefore)
            || !TryTakeDate(ref validity, ref proper, out DateTimeOffset notAfter)
            || !validity.AtEnd)
        {
            return Fail(CertificateDefectKind.Malformed, "validity");
        }

        if (!tbs.TryTakeWhole(DerTag.Sequence, out ReadOnlyMemory<byte> subjectDer) || !NameReader.TryRead(subjectDer, out DistinguishedName subject))
        {
            return Fail(CertificateDefectKind.Malformed, "subject");
        }

        if (!tbs.TryTakeWhole(DerTag.Sequence, out ReadOnlyMemory<byte> keyDer) || !PublicKeyReader.TryRead(keyDer, out PublicKeyProfile? key))
        {
            return Fail(CertificateDefectKind.Malformed, "subjectPublicKeyInfo");
        }

        if (!TrySkipUniqueIdentifiers(ref tbs, version, out bool identified) || (!tbs.AtEnd && version != 3))
        {
            return Fail(CertificateDefectKind.BadVersion, "version");
        }

        var known = new KnownExtensions();
        if (!TryReadExtensions(ref tbs, known, out ImmutableArray<CertificateExtension> extensions))
        {
            return null;
        }

        return new CertificateProfile(der, signed, bits, known)
        {
            Version = version,
            SerialNumber = new Octets(serial),
            Signature = signature,
            Issuer = issuer,
            NotBefore = notBefore,
            NotAfter = notAfter,
            HasProperTimeForms = proper,
            HasUniqueIdentifiers = identified,
            Subject = subject,
            PublicKey = key!, // not null: TryRead answered true
            Extensions = extensions,
        };
    }

    private static bool TryReadVersion(ref DerReader tbs, out int version)
    {
        version = 1;
        if (tbs.NextTag != DerTag.Constructed(0))
        {
            return true;
        }

        if (!tbs.TryTakeInner(DerTag.Constructed(0), out DerReader inner) || !inner.TryTakeCount(DerTag.Integer, out int number) || !inner.AtEnd)
        {
            return false;
        }

        version = number < 3 ? number + 1 : 0;
        return version != 0;
    }

    private static bool TryTakeDate(ref DerReader validity, ref bool proper, out DateTimeOffset date)
    {
        int tag = validity.NextTag;
        bool taken = validity.TryTakeTime(out date);
        proper &= tag == (date.Year < 2050 ? DerTag.UtcTime : DerTag.GeneralizedTime);
        return taken;
    }

    private static bool TrySkipUniqueIdentifiers(ref DerReader tbs, int version, out bool any)
    {
        any = tbs.NextTag == DerTag.Context(1) || tbs.NextTag == DerTag.Context(2);
        foreach (int tag in (ReadOnlySpan<int>)[1, 2])
        {
            if (tbs.NextTag == DerTag.Context(tag) && (version == 1 || !tbs.TryTakeBits(DerTag.Context(tag), out _, out _)))
            {
                return false;
            }
        }

        return true;
    }

    private bool TryReadExtensions(ref DerReader tbs, KnownExtensions known, out ImmutableArray<CertificateExtension> extensions)
    {
        extensions = [];
        if (tbs.AtEnd)
        {
            return true;
        }

        if (!tbs.TryTakeInner(DerTag.Constructed(3), out DerReader wrapper)
            || !tbs.AtEnd
            || !ExtensionList.TryRead(ref wrapper, MaxExtensions, out List<CertificateExtension> found)
            || !wrapper.AtEnd)
        {
            Fail(CertificateDefectKind.Malformed, "extensions");
            return false;
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (CertificateExtension extension in found)
        {
            if (!seen.Add(extension.Oid))
            {
                Fail(CertificateDefectKind.DuplicateExtension, extension.Oid);
                return false;
            }

            if (!known.TryTake(extension.Oid, extension.Value.Memory))
            {
                Fail(CertificateDefectKind.MalformedExtension, extension.Oid);
                return false;
            }
        }

        extensions = [.. found];
        return true;
    }

    private CertificateProfile? Fail(CertificateDefectKind kind, string field)
    {
        _defect ??= new CertificateDefect(kind, field);
        return null;
    }
}

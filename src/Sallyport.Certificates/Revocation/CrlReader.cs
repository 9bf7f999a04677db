using System;
using System.Collections.Generic;
using System.Linq;
using Sallyport.Certificates.Asn;
using Sallyport.Certificates.Chain;

namespace Sallyport.Certificates.Revocation;

/// <summary>Reads one CertificateList (RFC 5280, section 5.1) and keeps nothing of its octets.</summary>
internal sealed class CrlReader
{
    private const int MaxExtensions = 64;

    private CertificateDefect? _defect;

    public static CertificateRevocationList? Read(ReadOnlyMemory<byte> der, out CertificateDefect? defect)
    {
        var reader = new CrlReader();
        CertificateRevocationList? list = reader.ReadList(der);
        defect = list is null ? reader._defect : null;
        return list;
    }

    private CertificateRevocationList? ReadList(ReadOnlyMemory<byte> der)
    {
        var outer = new DerReader(der);
        if (!outer.TryTakeSequence(out DerReader list))
        {
            return Fail(CertificateDefectKind.Malformed, "CertificateList");
        }

        if (!outer.AtEnd)
        {
            return Fail(CertificateDefectKind.TrailingData, "CertificateList");
        }

        if (!list.TryTakeWhole(DerTag.Sequence, out ReadOnlyMemory<byte> signed)
            || !list.TryTakeWhole(DerTag.Sequence, out ReadOnlyMemory<byte> algorithm)
            || !AlgorithmReader.TryReadSignature(algorithm.ToArray(), out SignatureProfile? signature))
        {
            return Fail(CertificateDefectKind.Malformed, "signatureAlgorithm");
        }

        if (!list.TryTakeBits(DerTag.BitString, out ReadOnlyMemory<byte> value, out int unused) || !list.AtEnd)
        {
            return Fail(CertificateDefectKind.Malformed, "signatureValue");
        }

        // signature is not null: TryReadSignature answered true.
        // A signature that is no whole number of octets is nobody's: kept empty, so that it is refused as such and not as unreadable.
        return ReadSigned(signed, algorithm, signature!, unused == 0 ? value : default);
    }

    private CertificateRevocationList? ReadSigned(
        ReadOnlyMemory<byte> signed, ReadOnlyMemory<byte> algorithm, SignatureProfile signature, ReadOnlyMemory<byte> value)
    {
        var outer = new DerReader(signed);
        if (!outer.TryTakeSequence(out DerReader tbs))
        {
            return Fail(CertificateDefectKind.Malformed, "tbsCertList");
        }

        int version = 0;
        if (tbs.NextTag == DerTag.Integer && (!tbs.TryTakeCount(DerTag.Integer, out version) || version != 1))
        {
            return Fail(CertificateDefectKind.BadVersion, "version");
        }

        if (!tbs.TryTakeWhole(DerTag.Sequence, out ReadOnlyMemory<byte> inner) || !inner.Span.SequenceEqual(algorithm.Span))
        {
            return Fail(CertificateDefectKind.AlgorithmMismatch, "signature");
        }

        if (!tbs.TryTakeWhole(DerTag.Sequence, out ReadOnlyMemory<byte> issuerDer)
            || !NameReader.TryRead(issuerDer.ToArray(), out DistinguishedName issuer)
            || issuer.IsEmpty)
        {
            return Fail(CertificateDefectKind.Malformed, "issuer");
        }

        DateTimeOffset? nextUpdate = null;
        if (!tbs.TryTakeTime(out DateTimeOffset thisUpdate))
        {
            return Fail(CertificateDefectKind.Malformed, "thisUpdate");
        }

        if (tbs.NextTag is DerTag.UtcTime or DerTag.GeneralizedTime)
        {
            if (!tbs.TryTakeTime(out DateTimeOffset next))
            {
                return Fail(CertificateDefectKind.Malformed, "nextUpdate");
            }

            nextUpdate = next;
        }

        ReadOnlyMemory<byte> entries = default;
        if (tbs.NextTag == DerTag.Sequence)
        {
            tbs.TryTake(DerTag.Sequence, out entries);
        }

        if (!TryReadExtensions(ref tbs, version, out CrlExtensions? extensions))
        {
            return null;
        }

        var issuers = new CrlIssuers(issuer);
        RevokedEntries? index = RevokedEntries.Index(entries, issuers, out bool unknownCritical, out bool foreign);
        if (index is null || (foreign && !extensions.IsIndirect))
        {
            return Fail(CertificateDefectKind.Malformed, "revokedCertificates");
        }

        return new CertificateRevocationList(index, issuers, extensions)
        {
            Issuer = issuer,
            ThisUpdate = thisUpdate,
            NextUpdate = nextUpdate,
            Signature = signature,
            Digest = new Octets(SignatureCheck.Digest(signature, signed.Span)),
            SignatureValue = Octets.Of(value.Span),
            HasUnknownCriticalExtension = unknownCritical || extensions.HasUnknownCritical,
        };
    }

    private bool TryReadExtensions(ref DerReader tbs, int version, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out CrlExtensions? extensions)
    {
        extensions = new CrlExtensions();
        if (tbs.AtEnd)
        {
            return true;
        }

        if (version != 1
            || !tbs.TryTake(DerTag.Constructed(0), out ReadOnlyMemory<byte> content)
            || !tbs.AtEnd)
        {
            Fail(CertificateDefectKind.Malformed, "crlExtensions");
            return false;
        }

        // Copied, so that what is kept of them does not keep the whole list's octets alive.
        var wrapper = new DerReader(content.ToArray());
        if (!ExtensionList.TryRead(ref wrapper, MaxExtensions, out List<CertificateExtension> found) || !wrapper.AtEnd)
        {
            Fail(CertificateDefectKind.Malformed, "crlExtensions");
            return false;
        }

        if (found.Select(static e => e.Oid).Distinct(StringComparer.Ordinal).Count() != found.Count)
        {
            Fail(CertificateDefectKind.DuplicateExtension, "crlExtensions");
            return false;
        }

        foreach (CertificateExtension extension in found)
        {
            if (!extensions.TryTake(extension))
            {
                Fail(CertificateDefectKind.MalformedExtension, extension.Oid);
                return false;
            }
        }

        return true;
    }

    private CertificateRevocationList? Fail(CertificateDefectKind kind, string field)
    {
        _defect ??= new CertificateDefect(kind, field);
        return null;
    }
}

using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Sallyport.Certificates.Asn;

namespace Sallyport.Certificates.Revocation;

/// <summary>A BasicOCSPResponse, read (RFC 6960, section 4.2.1).</summary>
internal sealed class OcspResponse
{
    private const int MaxAnswers = 1024;
    private const int MaxCertificates = 16;
    private const int MaxExtensions = 32;

    private OcspResponse()
    {
    }

    /// <summary>responseStatus; 0 is successful.</summary>
    public int Status { get; private set; }

    public ReadOnlyMemory<byte> Signed { get; private set; }

    public SignatureProfile? Signature { get; private set; }

    public ReadOnlyMemory<byte> SignatureValue { get; private set; }

    public DistinguishedName? ResponderName { get; private set; }

    public Octets ResponderKeyHash { get; private set; }

    public DateTimeOffset ProducedAt { get; private set; }

    public ImmutableArray<Single> Answers { get; private set; } = [];

    public ImmutableArray<CertificateExtension> Extensions { get; private set; } = [];

    public ImmutableArray<CertificateProfile> Certificates { get; private set; } = [];

    /// <summary>Reads a response; null when it is malformed.</summary>
    public static OcspResponse? Read(ReadOnlyMemory<byte> der)
    {
        var response = new OcspResponse();
        var outer = new DerReader(der);
        if (!outer.TryTakeSequence(out DerReader body)
            || !outer.AtEnd
            || !body.TryTake(DerTag.Enumerated, out ReadOnlyMemory<byte> status)
            || status.Length != 1)
        {
            return null;
        }

        response.Status = status.Span[0];
        if (response.Status != 0)
        {
            return response;
        }

        return body.TryTakeInner(DerTag.Constructed(0), out DerReader wrapper)
            && body.AtEnd
            && wrapper.TryTakeSequence(out DerReader bytes)
            && wrapper.AtEnd
            && bytes.TryTakeOid(out string type)
            && type == Oids.OcspBasic
            && bytes.TryTake(DerTag.OctetString, out ReadOnlyMemory<byte> basic)
            && bytes.AtEnd
            && response.TryBasic(basic) ? response : null;
    }

    private bool TryBasic(ReadOnlyMemory<byte> basic)
    {
        var outer = new DerReader(basic);
        if (!outer.TryTakeSequence(out DerReader inner)
            || !outer.AtEnd
            || !inner.TryTakeWhole(DerTag.Sequence, out ReadOnlyMemory<byte> signed)
            || !inner.TryTakeWhole(DerTag.Sequence, out ReadOnlyMemory<byte> algorithm)
            || !AlgorithmReader.TryReadSignature(algorithm, out SignatureProfile? signature)
            || !inner.TryTakeBits(DerTag.BitString, out ReadOnlyMemory<byte> value, out int unused)
            || unused != 0)
        {
            return false;
        }

        Signed = signed;
        Signature = signature;
        SignatureValue = value;
        return (inner.AtEnd || TryCertificates(ref inner)) && inner.AtEnd && TryData(signed);
    }

    private bool TryCertificates(ref DerReader inner)
    {
        if (!inner.TryTakeInner(DerTag.Constructed(0), out DerReader wrapper) || !wrapper.TryTakeSequence(out DerReader list) || !wrapper.AtEnd)
        {
            return false;
        }

        var found = new List<CertificateProfile>();
        for (int seen = 0; !list.AtEnd; seen++)
        {
            if (seen == MaxCertificates || !list.TryTakeWhole(DerTag.Sequence, out ReadOnlyMemory<byte> der))
            {
                return false;
            }

            if (CertificateProfile.TryRead(der.Span, out CertificateProfile? profile, out _))
            {
                found.Add(profile);
            }
        }

        Certificates = [.. found];
        return true;
    }

    private bool TryData(ReadOnlyMemory<byte> signed)
    {
        var outer = new DerReader(signed);
        if (!outer.TryTakeSequence(out DerReader data))
        {
            return false;
        }

        // version [0] DEFAULT v1: only version 1 exists.
        if (data.NextTag == DerTag.Constructed(0)
            && (!data.TryTakeInner(DerTag.Constructed(0), out DerReader version)
                || !version.TryTakeCount(DerTag.Integer, out int number)
                || number != 0))
        {
            return false;
        }

        if (!TryResponder(ref data) || !data.TryTakeTime(out DateTimeOffset produced) || !data.TryTakeSequence(out DerReader answers))
        {
            return false;
        }

        ProducedAt = produced;
        var found = new List<Single>();
        while (!answers.AtEnd)
        {
            if (found.Count == MaxAnswers || !answers.TryTakeSequence(out DerReader entry) || Single.Read(entry) is not { } single)
            {
                return false;
            }

            found.Add(single);
        }

        Answers = [.. found];
        return (data.AtEnd || TryExtensions(ref data, out ImmutableArray<CertificateExtension> extensions) && (Extensions = extensions).Length > 0) && data.AtEnd;
    }

    private bool TryResponder(ref DerReader data)
    {
        if (data.TryTake(DerTag.Constructed(1), out ReadOnlyMemory<byte> name))
        {
            bool read = NameReader.TryRead(name, out DistinguishedName responder);
            ResponderName = responder;
            return read;
        }

        bool hashed = data.TryTakeInner(DerTag.Constructed(2), out DerReader inner)
            & inner.TryTake(DerTag.OctetString, out ReadOnlyMemory<byte> hash)
            && inner.AtEnd;
        ResponderKeyHash = new Octets(hash);
        return hashed;
    }

    private static bool TryExtensions(ref DerReader reader, out ImmutableArray<CertificateExtension> extensions)
    {
        extensions = [];
        if (!reader.TryTakeInner(DerTag.Constructed(1), out DerReader wrapper)
            || !ExtensionList.TryRead(ref wrapper, MaxExtensions, out List<CertificateExtension> found)
            || !wrapper.AtEnd)
        {
            return false;
        }

        extensions = [.. found];
        return found.Select(static e => e.Oid).Distinct(StringComparer.Ordinal).Count() == found.Count;
    }

    /// <summary>One SingleResponse.</summary>
    internal sealed record Single
    {
        public required DerReader Id { get; init; }

        public required OcspStatus Status { get; init; }

        public RevocationReason? Reason { get; init; }

        public required DateTimeOffset ThisUpdate { get; init; }

        public DateTimeOffset? NextUpdate { get; init; }

        public bool HasUnknownCritical { get; init; }

        public static Single? Read(DerReader entry)
        {
            if (!entry.TryTakeSequence(out DerReader id)
                || !TryStatus(ref entry, out OcspStatus status, out RevocationReason? reason)
                || !entry.TryTakeTime(out DateTimeOffset thisUpdate))
            {
                return null;
            }

            DateTimeOffset? nextUpdate = null;
            if (entry.NextTag == DerTag.Constructed(0))
            {
                if (!entry.TryTakeInner(DerTag.Constructed(0), out DerReader wrapper) || !wrapper.TryTakeTime(out DateTimeOffset next) || !wrapper.AtEnd)
                {
                    return null;
                }

                nextUpdate = next;
            }

            ImmutableArray<CertificateExtension> extensions = [];
            if (!entry.AtEnd && (!TryExtensions(ref entry, out extensions) || !entry.AtEnd))
            {
                return null;
            }

            return new Single
            {
                Id = id,
                Status = status,
                Reason = reason,
                ThisUpdate = thisUpdate,
                NextUpdate = nextUpdate,
                HasUnknownCritical = extensions.Any(static e => e.IsCritical),
            };
        }

        private static bool TryStatus(ref DerReader entry, out OcspStatus status, out RevocationReason? reason)
        {
            reason = null;
            status = OcspStatus.Unknown;
            if (!entry.TryTakeAny(out byte tag, out ReadOnlyMemory<byte> content, out _))
            {
                return false;
            }

            switch (tag)
            {
                case 0x80:
                    status = OcspStatus.Good;
                    return content.IsEmpty;
                case 0x82:
                    return content.IsEmpty;
                case 0xa1:
                    status = OcspStatus.Revoked;
                    var info = new DerReader(content);
                    return info.TryTakeTime(out _) && (info.AtEnd || TryReason(ref info, out reason)) && info.AtEnd;
                default:
                    return false;
            }
        }

        private static bool TryReason(ref DerReader info, out RevocationReason? reason)
        {
            reason = null;
            if (!info.TryTakeInner(DerTag.Constructed(0), out DerReader wrapper)
                || !wrapper.TryTake(DerTag.Enumerated, out ReadOnlyMemory<byte> code)
                || code.Length != 1
                || !wrapper.AtEnd)
            {
                return false;
            }

            reason = (RevocationReason)code.Span[0];
            return true;
        }
    }
}

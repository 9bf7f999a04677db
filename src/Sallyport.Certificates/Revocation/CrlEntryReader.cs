using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Sallyport.Certificates.Asn;

namespace Sallyport.Certificates.Revocation;

/// <summary>Walks revokedCertificates once, without allocating for the usual entry.</summary>
/// <remarks>RFC 5280, section 5.1.2.6 and 5.3.</remarks>
internal ref struct CrlEntryReader(ReadOnlyMemory<byte> entries, CrlIssuers issuers)
{
    private readonly ReadOnlyMemory<byte> _entries = entries;
    private readonly CrlIssuers _issuers = issuers;
    private int _at = 0;

    /// <summary>Whether the walk ended because of octets that are no entry.</summary>
    public bool IsMalformed { get; private set; }

    /// <summary>Whether an entry had a critical extension that is not processed.</summary>
    public bool HasUnknownCritical { get; private set; }

    /// <summary>Whether an entry named its certificate's issuer, which only an indirect list may do.</summary>
    public bool HasForeignIssuer { get; private set; }

    public ReadOnlySpan<byte> Serial { get; private set; }

    public RevocationReason Reason { get; private set; }

    /// <summary>Index into the issuers; holds on until an entry changes it.</summary>
    public int Issuer { get; private set; }

    public bool MoveNext()
    {
        ReadOnlySpan<byte> rest = _entries.Span[_at..];
        if (rest.IsEmpty || IsMalformed)
        {
            return false;
        }

        Reason = RevocationReason.Unspecified;
        IsMalformed = !DerReader.TrySplit(rest, out byte tag, out int header, out int length)
            || tag != DerTag.Sequence
            || !TryEntry(rest.Slice(header, length), _at + header);
        _at += header + length;
        return !IsMalformed;
    }

    private bool TryEntry(ReadOnlySpan<byte> entry, int offset)
    {
        if (!DerReader.TrySplit(entry, out byte tag, out int header, out int length) || tag != DerTag.Integer || length == 0)
        {
            return false;
        }

        Serial = entry.Slice(header, length);
        int at = header + length;
        if (!DerReader.TrySplit(entry[at..], out tag, out header, out length)
            || !DerTime.TryDecode(tag, entry.Slice(at + header, length), out _))
        {
            return false;
        }

        at += header + length;
        ReadOnlySpan<byte> extensions = entry[at..];
        return extensions.IsEmpty || TryFastReason(extensions) || TryExtensions(offset + at, extensions.Length);
    }

    /// <summary>The one extension that nearly every entry has: reasonCode, not critical.</summary>
    private bool TryFastReason(ReadOnlySpan<byte> extensions)
    {
        ReadOnlySpan<byte> usual = [0x30, 0x0c, 0x30, 0x0a, 0x06, 0x03, 0x55, 0x1d, 0x15, 0x04, 0x03, 0x0a, 0x01];
        return extensions.Length == usual.Length + 1 && extensions.StartsWith(usual) && TryReason(extensions[^1]);
    }

    private bool TryExtensions(int offset, int length)
    {
        var reader = new DerReader(_entries.Slice(offset, length));
        if (!ExtensionList.TryRead(ref reader, 64, out List<CertificateExtension> extensions) || !reader.AtEnd)
        {
            return false;
        }

        if (extensions.Select(static e => e.Oid).Distinct(StringComparer.Ordinal).Count() != extensions.Count)
        {
            return false;
        }

        foreach (CertificateExtension extension in extensions)
        {
            var value = new DerReader(extension.Value.Memory);
            bool ok = extension.Oid switch
            {
                Oids.ReasonCode => value.TryTake(DerTag.Enumerated, out ReadOnlyMemory<byte> code) && code.Length == 1 && TryReason(code.Span[0]),
                Oids.InvalidityDate => value.TryTakeTime(out _),
                Oids.CertificateIssuer => TryIssuer(extension.Value.Memory),
                _ => true,
            };
            HasUnknownCritical |= extension.IsCritical && extension.Oid is not (Oids.ReasonCode or Oids.InvalidityDate or Oids.CertificateIssuer);
            if (!ok)
            {
                return false;
            }
        }

        return true;
    }

    private bool TryReason(byte code)
    {
        Reason = (RevocationReason)code;
        return code is <= 6 or (>= 8 and <= 10);
    }

    private bool TryIssuer(ReadOnlyMemory<byte> value)
    {
        HasForeignIssuer = true;
        if (!ExtensionValues.TryNames(value, out ImmutableArray<GeneralName> names)
            || names.OfType<GeneralName.Directory>().FirstOrDefault() is not { } directory)
        {
            return false;
        }

        Issuer = _issuers.IndexOf(directory.Name);
        return Issuer >= 0;
    }
}

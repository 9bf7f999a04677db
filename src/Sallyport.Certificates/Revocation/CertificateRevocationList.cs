using System;
using System.Diagnostics.CodeAnalysis;
using Sallyport.Certificates.Chain;

namespace Sallyport.Certificates.Revocation;

/// <summary>A CRL, complete or delta, direct or indirect: indexed, with its octets let go.</summary>
/// <remarks>
/// RFC 5280, section 5. Reading checks the form only. Whether the list is authentic, current and about a certificate is asked by
/// <see cref="ChainVerifier"/> each time. Serial numbers are kept whole; revocation dates are not kept.
/// </remarks>
public sealed class CertificateRevocationList
{
    /// <summary>The largest list that is read unless the caller says otherwise: 64 MiB, which is more than a million entries.</summary>
    public const int DefaultMaxBytes = 64 * 1024 * 1024;

    private const int HighestMaxBytes = 1 << 30;

    private readonly RevokedEntries _entries;
    private readonly CrlIssuers _issuers;

    internal CertificateRevocationList(RevokedEntries entries, CrlIssuers issuers, CrlExtensions extensions)
    {
        _entries = entries;
        _issuers = issuers;
        Extensions = extensions;
    }

    /// <summary>Who issued the list, by its own word.</summary>
    public required DistinguishedName Issuer { get; init; }

    /// <summary>When it was issued, UTC.</summary>
    public DateTimeOffset ThisUpdate { get; internal init; }

    /// <summary>By when the next one is issued, UTC, or null when the list does not say (it then never counts as current).</summary>
    public DateTimeOffset? NextUpdate { get; internal init; }

    /// <summary>How it is signed.</summary>
    public required SignatureProfile Signature { get; init; }

    /// <summary>How many entries it has.</summary>
    public int Count => _entries.Count;

    /// <summary>Whether it only lists changes since a base (RFC 5280, section 5.2.4).</summary>
    public bool IsDelta => Extensions.Base is not null;

    /// <summary>Whether it may list certificates of other issuers (RFC 5280, section 5.2.5).</summary>
    public bool IsIndirect => Extensions.IsIndirect;

    /// <summary>The cRLNumber's magnitude, or null when absent.</summary>
    public Octets? Number => Extensions.Number;

    /// <summary>The number of the complete list that a delta is laid over (BaseCRLNumber), its magnitude; null for a complete list.</summary>
    public Octets? BaseNumber => Extensions.Base;

    /// <summary>The issuingDistributionPoint's value, DER; empty when absent. Lists of one issuer and scope replace each other.</summary>
    public Octets Scope => Extensions.PointDer;

    /// <summary>Whether it, or an entry, has a critical extension that is not processed: such a list decides nothing.</summary>
    public bool HasUnknownCriticalExtension { get; internal init; }

    /// <summary>What the index of the entries holds, in octets; nothing else of a list grows with it.</summary>
    internal long KeptBytes => _entries.KeptBytes;

    internal CrlExtensions Extensions { get; }

    internal Octets Digest { get; init; }

    internal Octets SignatureValue { get; init; }

    /// <summary>Reads a list.</summary>
    /// <param name="der">One list's DER and nothing after it. Not kept.</param>
    /// <param name="list">The list, or null.</param>
    /// <param name="defect">Why it cannot be read, or null.</param>
    /// <param name="maxBytes">The largest list to read, in octets, 1 GiB at most; <see cref="DefaultMaxBytes"/> by default.</param>
    /// <returns>Whether it could be read. Never throws on any octets.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxBytes"/> is above 1 GiB.</exception>
    public static bool TryRead(
        ReadOnlyMemory<byte> der,
        [NotNullWhen(true)] out CertificateRevocationList? list,
        [NotNullWhen(false)] out CertificateDefect? defect,
        int maxBytes = DefaultMaxBytes)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maxBytes, HighestMaxBytes);
        if (der.Length > maxBytes)
        {
            list = null;
            defect = new CertificateDefect(CertificateDefectKind.TooLarge, "CertificateList");
            return false;
        }

        list = CrlReader.Read(der, out defect);
        defect = list is null ? defect ?? new CertificateDefect(CertificateDefectKind.Malformed, "CertificateList") : null;
        return list is not null;
    }

    /// <summary>Whether a certificate's key made the list's signature. Says nothing about names, dates or trust.</summary>
    /// <exception cref="ArgumentNullException"><paramref name="signer"/> is null.</exception>
    public bool IsSignedBy(CertificateProfile signer)
    {
        ArgumentNullException.ThrowIfNull(signer);
        return IsSignedBy(signer.PublicKey, default);
    }

    internal bool IsSignedBy(PublicKeyProfile key, Octets parameters) =>
        !Digest.IsEmpty && SignatureCheck.Verify(Signature, key, parameters, Digest.Span, SignatureValue.Span);

    /// <summary>The reason a serial of the list's own issuer is listed for, or null.</summary>
    internal RevocationReason? Find(ReadOnlySpan<byte> serial) => _entries.Find(serial, issuer: 0);

    /// <summary>The reason a certificate is listed for, or null. The caller has established that the list is about it.</summary>
    internal RevocationReason? Find(CertificateProfile certificate)
    {
        int issuer = _issuers.Find(certificate.Issuer);
        return issuer < 0 ? null : _entries.Find(certificate.SerialNumber.Span, issuer);
    }
}

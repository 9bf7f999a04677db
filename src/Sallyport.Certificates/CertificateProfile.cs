using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Linq;
using Sallyport.Certificates.Asn;

namespace Sallyport.Certificates;

/// <summary>Everything a certificate says, read from its DER once.</summary>
/// <remarks>
/// RFC 5280, section 4. Only what is written is read: no signature, no validity and no trust is checked here, and nothing is taken
/// from the platform's own parser, so that both can be compared.
/// </remarks>
public sealed class CertificateProfile
{
    /// <summary>The largest certificate that is read: 131,072 octets.</summary>
    public const int MaxDerBytes = 131_072;

    private readonly KnownExtensions _known;

    internal CertificateProfile(ReadOnlyMemory<byte> der, ReadOnlyMemory<byte> signed, ReadOnlyMemory<byte> signature, KnownExtensions known)
    {
        Der = new Octets(der);
        SignedPart = new Octets(signed);
        SignatureValue = new Octets(signature);
        Thumbprint = CertificateThumbprint.Of(der.Span);
        _known = known;
    }

    /// <summary>The whole certificate, as read.</summary>
    public Octets Der { get; }

    /// <summary>The SHA-256 of <see cref="Der"/>.</summary>
    public CertificateThumbprint Thumbprint { get; }

    /// <summary>1, 2 or 3.</summary>
    public int Version { get; internal init; }

    /// <summary>The serial number's content octets, all of them, sign octet included; never truncated.</summary>
    public Octets SerialNumber { get; internal init; }

    /// <summary>How the certificate is signed.</summary>
    public required SignatureProfile Signature { get; init; }

    /// <summary>Who signed it, by its own word.</summary>
    public required DistinguishedName Issuer { get; init; }

    /// <summary>The first second of validity, UTC.</summary>
    public DateTimeOffset NotBefore { get; internal init; }

    /// <summary>The last second of validity, UTC, inclusive.</summary>
    public DateTimeOffset NotAfter { get; internal init; }

    /// <summary>Whom it names; may be empty when an alternative name is present.</summary>
    public required DistinguishedName Subject { get; init; }

    /// <summary>The key it binds.</summary>
    public required PublicKeyProfile PublicKey { get; init; }

    /// <summary>Every extension in order, known or not.</summary>
    public ImmutableArray<CertificateExtension> Extensions { get; internal init; } = [];

    /// <summary>Subject alternative names of every kind; empty when absent.</summary>
    public ImmutableArray<GeneralName> SubjectAlternativeNames => _known.SubjectNames;

    /// <summary>Issuer alternative names; empty when absent.</summary>
    public ImmutableArray<GeneralName> IssuerAlternativeNames => _known.IssuerNames;

    /// <summary>Key usage, or null when the extension is absent (then every use is allowed).</summary>
    public KeyUsages? KeyUsage => _known.KeyUsage;

    /// <summary>The dotted purposes; empty when the extension is absent.</summary>
    public ImmutableArray<string> ExtendedKeyUsages => _known.Purposes;

    /// <summary>Basic constraints, or null when absent.</summary>
    public BasicConstraints? BasicConstraints => _known.BasicConstraints;

    /// <summary>Subject key identifier, or null when absent.</summary>
    public Octets? SubjectKeyIdentifier => _known.SubjectKey;

    /// <summary>Authority key identifier, or null when absent.</summary>
    public AuthorityKeyIdentifier? AuthorityKeyIdentifier => _known.AuthorityKey;

    /// <summary>Authority information access; empty when absent.</summary>
    public ImmutableArray<AccessDescription> AuthorityInformationAccess => _known.AuthorityAccess;

    /// <summary>Subject information access; empty when absent.</summary>
    public ImmutableArray<AccessDescription> SubjectInformationAccess => _known.SubjectAccess;

    /// <summary>CRL distribution points; empty when absent.</summary>
    public ImmutableArray<DistributionPoint> CrlDistributionPoints => _known.Points;

    /// <summary>Where delta CRLs are (freshestCRL); empty when absent.</summary>
    public ImmutableArray<DistributionPoint> FreshestCrl => _known.Freshest;

    /// <summary>The URIs of CRLs, in order.</summary>
    public ImmutableArray<string> CrlUrls => [.. _known.Points
        .SelectMany(static p => p.Name is DistributionPointName.Full full ? full.Names : [])
        .OfType<GeneralName.Uri>().Select(static u => u.Value)];

    /// <summary>The URIs of OCSP responders, in order.</summary>
    public ImmutableArray<string> OcspUrls => AccessUrls(Oids.OcspAccess);

    /// <summary>The URIs of issuers' certificates, in order.</summary>
    /// <remarks>Never fetch one for a certificate that a stranger presents: guard.md, threat d1.</remarks>
    public ImmutableArray<string> IssuerUrls => AccessUrls(Oids.IssuersAccess);

    /// <summary>Certificate policies; empty when absent.</summary>
    public ImmutableArray<CertificatePolicy> Policies => _known.Policies;

    /// <summary>Policy mappings; empty when absent.</summary>
    public ImmutableArray<PolicyMapping> PolicyMappings => _known.Mappings;

    /// <summary>Policy constraints, or null when absent.</summary>
    public PolicyConstraints? PolicyConstraints => _known.PolicyConstraints;

    /// <summary>After how many certificates anyPolicy stops counting, or null when absent.</summary>
    public int? InhibitAnyPolicy => _known.InhibitAnyPolicy;

    /// <summary>Name constraints, or null when absent.</summary>
    public NameConstraints? NameConstraints => _known.NameConstraints;

    /// <summary>TLS features by extension number (RFC 7633); empty when absent.</summary>
    public ImmutableArray<int> TlsFeatures => _known.Features;

    /// <summary>Whether an OCSP staple is compulsory: feature status_request (5) or status_request_v2 (17).</summary>
    public bool MustStaple => _known.Features.Contains(5) || _known.Features.Contains(17);

    /// <summary>Whether certificate transparency timestamps are embedded (RFC 6962, section 3.3). They are not verified.</summary>
    public bool HasSignedTimestamps => _known.HasTimestamps;

    /// <summary>Whether the critical poison of a precertificate is there (RFC 6962, section 3.1).</summary>
    public bool IsPrecertificate => _known.HasPoison;

    /// <summary>Whether id-pkix-ocsp-nocheck is there (RFC 6960, section 4.2.2.2.1).</summary>
    public bool HasOcspNoCheck => _known.HasNoCheck;

    /// <summary>Whether subject and issuer are the same name (RFC 5280, section 6.1). Says nothing about who signed.</summary>
    public bool IsSelfIssued => Subject.Equals(Issuer);

    /// <summary>The dotted identifiers of critical extensions that this project does not decode.</summary>
    public ImmutableArray<string> UnknownCriticalExtensions =>
        [.. Extensions.Where(static e => e.IsCritical && !KnownExtensions.Decodes(e.Oid)).Select(static e => e.Oid)];

    internal Octets SignedPart { get; }

    /// <summary>Whether both dates use the form RFC 5280, section 4.1.2.5 asks: UTCTime through 2049, GeneralizedTime after.</summary>
    internal bool HasProperTimeForms { get; init; }

    /// <summary>Whether the unique identifiers of RFC 5280, section 4.1.2.8 are there, which no authority may write any more.</summary>
    internal bool HasUniqueIdentifiers { get; init; }

    internal Octets SignatureValue { get; }

    /// <summary>Reads a certificate.</summary>
    /// <param name="der">One certificate's DER and nothing after it. Copied.</param>
    /// <param name="profile">What it says, or null.</param>
    /// <param name="defect">Why it cannot be read, or null.</param>
    /// <returns>Whether it could be read. Never throws on any octets.</returns>
    public static bool TryRead(
        ReadOnlySpan<byte> der,
        [NotNullWhen(true)] out CertificateProfile? profile,
        [NotNullWhen(false)] out CertificateDefect? defect)
    {
        if (der.Length > MaxDerBytes)
        {
            profile = null;
            defect = new CertificateDefect(CertificateDefectKind.TooLarge, "Certificate");
            return false;
        }

        profile = CertificateReader.Read(der.ToArray(), out defect);
        defect = profile is null ? defect ?? new CertificateDefect(CertificateDefectKind.Malformed, "Certificate") : null;
        return profile is not null;
    }

    private ImmutableArray<string> AccessUrls(string method)
    {
        IEnumerable<AccessDescription> matching = _known.AuthorityAccess.Where(a => a.Method == method);
        return [.. matching.Select(static a => a.Location).OfType<GeneralName.Uri>().Select(static u => u.Value)];
    }
}

using System;
using System.Collections.Immutable;
using System.Linq;
using Sallyport.Certificates.Asn;

namespace Sallyport.Certificates.Chain;

/// <summary>RFC 5280, section 4: what a conforming authority puts into a certificate.</summary>
internal static class Conformance
{
    private const int MaxSerialOctets = 20;

    /// <summary>Extensions that must not be critical (sections 4.2.1.1, 4.2.1.2, 4.2.1.15, 4.2.2.1, 4.2.2.2).</summary>
    private static readonly ImmutableArray<string> NeverCritical =
    [
        Oids.AuthorityKeyIdentifier, Oids.SubjectKeyIdentifier, Oids.FreshestCrl, Oids.AuthorityInfoAccess, Oids.SubjectInfoAccess,
    ];

    /// <summary>Extensions that must be critical (sections 4.2.1.10, 4.2.1.11, 4.2.1.14).</summary>
    private static readonly ImmutableArray<string> AlwaysCritical =
    [
        Oids.NameConstraints, Oids.PolicyConstraints, Oids.InhibitAnyPolicy,
    ];

    /// <param name="certificate">The certificate.</param>
    /// <param name="issuer">Whose key signed it.</param>
    /// <param name="isIssuer">Whether it signs the next one.</param>
    public static ConformanceFault? Check(CertificateProfile certificate, CertificateProfile issuer, bool isIssuer) =>
        CheckFields(certificate)
        ?? CheckSubject(certificate)
        ?? CheckCriticality(certificate)
        ?? CheckUsage(certificate, isIssuer)
        ?? CheckConstraints(certificate)
        ?? CheckKeyIdentifiers(certificate, issuer);

    private static ConformanceFault? CheckFields(CertificateProfile certificate)
    {
        if (certificate.Version != 3)
        {
            return new ConformanceFault(RefusalReason.BadVersion, $"{certificate.Version}");
        }

        ReadOnlySpan<byte> serial = certificate.SerialNumber.Span;
        ReadOnlySpan<byte> magnitude = serial.TrimStart((byte)0);
        if (serial[0] >= 0x80 || magnitude.IsEmpty || magnitude.Length > MaxSerialOctets)
        {
            return new ConformanceFault(RefusalReason.BadSerialNumber, certificate.SerialNumber.ToHex());
        }

        bool ordered = certificate.NotBefore <= certificate.NotAfter;
        return certificate.HasProperTimeForms && ordered ? null : new ConformanceFault(RefusalReason.BadValidity, ordered ? "time form" : "order");
    }

    private static ConformanceFault? CheckSubject(CertificateProfile certificate)
    {
        if (certificate.Issuer.IsEmpty)
        {
            return new ConformanceFault(RefusalReason.BadName, "issuer");
        }

        bool isAuthority = certificate.BasicConstraints is { IsAuthority: true };
        bool namedOtherwise = certificate.Extensions.Any(static e => e.Oid == Oids.SubjectAlternativeName && e.IsCritical);
        if (certificate.Subject.IsEmpty && (isAuthority || !namedOtherwise))
        {
            return new ConformanceFault(RefusalReason.BadName, "subject");
        }

        GeneralName? malformed = certificate.SubjectAlternativeNames.FirstOrDefault(static n => !NameSyntax.IsName(n));
        return malformed is null ? null : new ConformanceFault(RefusalReason.BadName, "subjectAltName");
    }

    private static ConformanceFault? CheckCriticality(CertificateProfile certificate)
    {
        CertificateExtension? wrong = certificate.Extensions.FirstOrDefault(static e =>
            e.IsCritical ? NeverCritical.Contains(e.Oid) : AlwaysCritical.Contains(e.Oid));
        return wrong is null ? null : new ConformanceFault(RefusalReason.BadExtension, wrong.Oid);
    }

    /// <summary>Sections 4.2.1.3 and 4.2.1.9.</summary>
    private static ConformanceFault? CheckUsage(CertificateProfile certificate, bool isIssuer)
    {
        bool isAuthority = certificate.BasicConstraints is { IsAuthority: true };
        bool signs = certificate.KeyUsage is { } usage && usage.HasFlag(KeyUsages.KeyCertSign);
        if (certificate.KeyUsage == KeyUsages.None || (signs && !isAuthority) || (isIssuer && !signs))
        {
            return new ConformanceFault(RefusalReason.BadExtension, Oids.KeyUsage);
        }

        bool critical = certificate.Extensions.Any(static e => e.Oid == Oids.BasicConstraints && e.IsCritical);
        bool limitAlone = certificate.BasicConstraints?.PathLength is not null && !(isAuthority && signs);
        return (isAuthority && signs && !critical) || limitAlone ? new ConformanceFault(RefusalReason.BadExtension, Oids.BasicConstraints) : null;
    }

    /// <summary>Sections 4.2.1.10, 4.2.1.11 and 4.2.1.13.</summary>
    private static ConformanceFault? CheckConstraints(CertificateProfile certificate)
    {
        if (certificate.NameConstraints is { } names)
        {
            bool empty = names.Permitted.IsEmpty && names.Excluded.IsEmpty;
            bool misplaced = certificate.BasicConstraints is not { IsAuthority: true };
            if (empty || misplaced || names.UsesDistances || !names.Permitted.Concat(names.Excluded).All(NameSyntax.IsSubtree))
            {
                return new ConformanceFault(RefusalReason.BadExtension, Oids.NameConstraints);
            }
        }

        if (certificate.PolicyConstraints is { RequireExplicitPolicy: null, InhibitPolicyMapping: null })
        {
            return new ConformanceFault(RefusalReason.BadExtension, Oids.PolicyConstraints);
        }

        bool pointless = certificate.CrlDistributionPoints.Any(static p => p.Name is null && p.Issuers.IsEmpty);
        return pointless ? new ConformanceFault(RefusalReason.BadExtension, Oids.CrlDistributionPoints) : null;
    }

    /// <summary>Sections 4.2.1.1 and 4.2.1.2.</summary>
    private static ConformanceFault? CheckKeyIdentifiers(CertificateProfile certificate, CertificateProfile issuer)
    {
        bool isAuthority = certificate.BasicConstraints is { IsAuthority: true };
        bool selfSigned = certificate.PublicKey.Pin == issuer.PublicKey.Pin && certificate.IsSelfIssued;
        AuthorityKeyIdentifier? authority = certificate.AuthorityKeyIdentifier;
        if (isAuthority && certificate.SubjectKeyIdentifier is null)
        {
            return new ConformanceFault(RefusalReason.BadKeyIdentifier, "subjectKeyIdentifier");
        }

        bool missing = authority?.KeyIdentifier is null && !selfSigned;
        bool foreign = authority?.KeyIdentifier is { } wanted && issuer.SubjectKeyIdentifier is { } own && wanted != own;
        bool foreignSerial = authority?.Serial is { } serial && serial != issuer.SerialNumber;
        return missing || foreign || foreignSerial ? new ConformanceFault(RefusalReason.BadKeyIdentifier, "authorityKeyIdentifier") : null;
    }
}

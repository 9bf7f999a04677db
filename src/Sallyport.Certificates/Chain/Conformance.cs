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
    internal static readonly ImmutableArray<string> NeverCritical =
    [
        Oids.AuthorityKeyIdentifier, Oids.SubjectKeyIdentifier, Oids.FreshestCrl, Oids.AuthorityInfoAccess, Oids.SubjectInfoAccess,
    ];

    /// <summary>Extensions that must be critical (sections 4.2.1.10, 4.2.1.11, 4.2.1.14).</summary>
    internal static readonly ImmutableArray<string> AlwaysCritical =
    [
        Oids.NameConstraints, Oids.PolicyConstraints, Oids.InhibitAnyPolicy,
    ];

    /// <summary>What anyPolicy may be qualified by (section 4.2.1.4): a practice statement or a notice.</summary>
    private static readonly ImmutableArray<string> AnyPolicyQualifiers = [Oids.PracticeStatement, Oids.UserNotice];

    /// <param name="certificate">The certificate.</param>
    /// <param name="issuer">Whose key signed it.</param>
    /// <param name="isIssuer">Whether it signs the next one.</param>
    public static ConformanceFault? Check(CertificateProfile certificate, CertificateProfile issuer, bool isIssuer) =>
        CheckFields(certificate)
        ?? CheckNames(certificate)
        ?? CheckCriticality(certificate)
        ?? CheckUsage(certificate, isIssuer)
        ?? CheckNameConstraints(certificate)
        ?? CheckPolicies(certificate)
        ?? CheckPoints(certificate)
        ?? CheckKeyIdentifiers(certificate, issuer);

    private static ConformanceFault? CheckFields(CertificateProfile certificate)
    {
        if (certificate.Version != 3)
        {
            return new ConformanceFault(RefusalReason.BadVersion, ProfileClause.Version, $"{certificate.Version}");
        }

        ReadOnlySpan<byte> serial = certificate.SerialNumber.Span;
        ReadOnlySpan<byte> magnitude = serial.TrimStart((byte)0);
        if (serial[0] >= 0x80 || magnitude.IsEmpty || magnitude.Length > MaxSerialOctets)
        {
            return new ConformanceFault(RefusalReason.BadSerialNumber, ProfileClause.SerialNumber, certificate.SerialNumber.ToHex());
        }

        // The order of the two dates needs no rule: a clock between them was asked for before.
        return certificate.HasProperTimeForms ? null : new ConformanceFault(RefusalReason.BadValidity, ProfileClause.TimeForm, "time form");
    }

    private static ConformanceFault? CheckNames(CertificateProfile certificate)
    {
        if (certificate.Issuer.IsEmpty)
        {
            return Name(ProfileClause.IssuerName, "issuer");
        }

        bool isAuthority = certificate.BasicConstraints is { IsAuthority: true };
        bool namedOtherwise = certificate.Extensions.Any(static e => e.Oid == Oids.SubjectAlternativeName && e.IsCritical);
        if (certificate.Subject.IsEmpty && (isAuthority || !namedOtherwise))
        {
            return Name(isAuthority ? ProfileClause.AuthorityName : ProfileClause.SubjectName, "subject");
        }

        if (certificate.HasUniqueIdentifiers)
        {
            return Name(ProfileClause.UniqueIdentifier, "uniqueIdentifier");
        }

        if (!certificate.SubjectAlternativeNames.All(NameSyntax.IsName))
        {
            return Name(ProfileClause.SubjectAlternativeName, "subjectAltName");
        }

        return certificate.IssuerAlternativeNames.All(NameSyntax.IsName) ? null : Name(ProfileClause.IssuerAlternativeName, "issuerAltName");
    }

    private static ConformanceFault? CheckCriticality(CertificateProfile certificate)
    {
        CertificateExtension? wrong = certificate.Extensions.FirstOrDefault(static e =>
            e.IsCritical ? NeverCritical.Contains(e.Oid) : AlwaysCritical.Contains(e.Oid));
        return wrong is null ? null : Extension(wrong.IsCritical ? ProfileClause.NeverCritical : ProfileClause.AlwaysCritical, wrong.Oid);
    }

    /// <summary>Sections 4.2.1.3 and 4.2.1.9.</summary>
    private static ConformanceFault? CheckUsage(CertificateProfile certificate, bool isIssuer)
    {
        bool isAuthority = certificate.BasicConstraints is { IsAuthority: true };
        bool signs = certificate.KeyUsage is { } usage && usage.HasFlag(KeyUsages.KeyCertSign);
        if (certificate.KeyUsage == KeyUsages.None)
        {
            return Extension(ProfileClause.EmptyKeyUsage, Oids.KeyUsage);
        }

        if (signs && !isAuthority)
        {
            return Extension(ProfileClause.SignsWithoutAuthority, Oids.KeyUsage);
        }

        if (isIssuer && !signs)
        {
            return Extension(ProfileClause.IssuerWithoutUsage, Oids.KeyUsage);
        }

        bool critical = certificate.Extensions.Any(static e => e.Oid == Oids.BasicConstraints && e.IsCritical);
        if (isAuthority && signs && !critical)
        {
            return Extension(ProfileClause.BasicConstraintsCritical, Oids.BasicConstraints);
        }

        bool limitAlone = certificate.BasicConstraints?.PathLength is not null && !(isAuthority && signs);
        return limitAlone ? Extension(ProfileClause.LimitAlone, Oids.BasicConstraints) : null;
    }

    /// <summary>Section 4.2.1.10.</summary>
    private static ConformanceFault? CheckNameConstraints(CertificateProfile certificate)
    {
        if (certificate.NameConstraints is not { } names)
        {
            return null;
        }

        if (certificate.BasicConstraints is not { IsAuthority: true })
        {
            return Extension(ProfileClause.NameConstraintsMisplaced, Oids.NameConstraints);
        }

        if (names.Permitted.IsEmpty && names.Excluded.IsEmpty)
        {
            return Extension(ProfileClause.NameConstraintsEmpty, Oids.NameConstraints);
        }

        if (names.UsesDistances)
        {
            return Extension(ProfileClause.NameConstraintsDistance, Oids.NameConstraints);
        }

        bool wellFormed = names.Permitted.Concat(names.Excluded).All(NameSyntax.IsSubtree);
        return wellFormed ? null : Extension(ProfileClause.NameConstraintsSyntax, Oids.NameConstraints);
    }

    /// <summary>Sections 4.2.1.4, 4.2.1.5 and 4.2.1.11.</summary>
    private static ConformanceFault? CheckPolicies(CertificateProfile certificate)
    {
        if (certificate.Policies.Any(static p => p.Oid == Oids.AnyPolicy && !p.QualifierTypes.All(AnyPolicyQualifiers.Contains)))
        {
            return Extension(ProfileClause.AnyPolicyQualifier, Oids.CertificatePolicies);
        }

        if (certificate.PolicyMappings.Any(static m => m.IssuerDomain == Oids.AnyPolicy || m.SubjectDomain == Oids.AnyPolicy))
        {
            return Extension(ProfileClause.AnyPolicyMapped, Oids.PolicyMappings);
        }

        bool empty = certificate.PolicyConstraints is { RequireExplicitPolicy: null, InhibitPolicyMapping: null };
        return empty ? Extension(ProfileClause.PolicyConstraintsEmpty, Oids.PolicyConstraints) : null;
    }

    /// <summary>Sections 4.2.1.13 and 4.2.1.15.</summary>
    private static ConformanceFault? CheckPoints(CertificateProfile certificate)
    {
        if (certificate.CrlDistributionPoints.Any(IsNameless))
        {
            return Extension(ProfileClause.NamelessPoint, Oids.CrlDistributionPoints);
        }

        return certificate.FreshestCrl.Any(IsNameless) ? Extension(ProfileClause.NamelessPoint, Oids.FreshestCrl) : null;
    }

    private static bool IsNameless(DistributionPoint point) => point.Name is null && !point.Issuers.Any(static n => n is GeneralName.Directory);

    /// <summary>Sections 4.2.1.1 and 4.2.1.2.</summary>
    private static ConformanceFault? CheckKeyIdentifiers(CertificateProfile certificate, CertificateProfile issuer)
    {
        bool isAuthority = certificate.BasicConstraints is { IsAuthority: true };
        bool selfSigned = certificate.PublicKey.Pin == issuer.PublicKey.Pin && certificate.IsSelfIssued;
        AuthorityKeyIdentifier? authority = certificate.AuthorityKeyIdentifier;
        if (isAuthority && certificate.SubjectKeyIdentifier is null)
        {
            return new ConformanceFault(RefusalReason.BadKeyIdentifier, ProfileClause.SubjectKeyMissing, "subjectKeyIdentifier");
        }

        if (authority?.KeyIdentifier is null && !selfSigned)
        {
            return AuthorityKey(ProfileClause.AuthorityKeyMissing);
        }

        if (authority is { Issuer.IsEmpty: var unnamed, Serial: var number } && unnamed != number is null)
        {
            return AuthorityKey(ProfileClause.AuthorityHalfNamed);
        }

        if (authority?.KeyIdentifier is { } wanted && issuer.SubjectKeyIdentifier is { } own && wanted != own)
        {
            return AuthorityKey(ProfileClause.AuthorityKeyForeign);
        }

        return authority?.Serial is { } serial && serial != issuer.SerialNumber ? AuthorityKey(ProfileClause.AuthoritySerialForeign) : null;
    }

    private static ConformanceFault Name(ProfileClause clause, string field) => new(RefusalReason.BadName, clause, field);

    private static ConformanceFault Extension(ProfileClause clause, string oid) => new(RefusalReason.BadExtension, clause, oid);

    private static ConformanceFault AuthorityKey(ProfileClause clause) => new(RefusalReason.BadKeyIdentifier, clause, "authorityKeyIdentifier");
}

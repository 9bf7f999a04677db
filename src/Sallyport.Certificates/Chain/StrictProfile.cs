using System;
using System.Collections.Immutable;
using System.Linq;
using Sallyport.Certificates.Asn;

namespace Sallyport.Certificates.Chain;

/// <summary>The rules on top of RFC 5280's path validation, each with its own switch.</summary>
/// <remarks>They only ever refuse more: with every switch off the answer is that of RFC 5280, section 6.</remarks>
public sealed record StrictProfile
{
    /// <summary>Whether every certificate of the path conforms to RFC 5280, section 4, and the anchor is an authority in its dates; true by default.</summary>
    public bool RequireConformance { get; init; } = true;

    /// <summary>The purpose the leaf's extended key usage must name, dotted; clientAuth (1.3.6.1.5.5.7.3.2) by default, null for none.</summary>
    /// <remarks>A leaf without the extension is refused; anyExtendedKeyUsage does not count. Issuers that have the extension must allow it too.</remarks>
    public string? RequiredPurpose { get; init; } = Oids.ClientAuth;

    /// <summary>Whether a key usage, where there is one, must allow digital signatures; true by default.</summary>
    public bool RequireDigitalSignature { get; init; } = true;

    /// <summary>Whether the leaf must have a key usage at all; false by default.</summary>
    public bool RequireKeyUsage { get; init; }

    /// <summary>Whether a leaf may be a certification authority; false by default.</summary>
    public bool AllowAuthorityAsLeaf { get; init; }

    /// <summary>Whether MD2, MD5 and SHA-1 signatures are refused; true by default.</summary>
    public bool RefuseWeakSignatures { get; init; } = true;

    /// <summary>The smallest RSA modulus in bits, for every key of the path. 1,024 to 8,192; 2,048 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside of 1,024 to 8,192.</exception>
    public int MinimumRsaBits
    {
        get;
        init => field = value is >= 1024 and <= 8192 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "1024 to 8192 bits.");
    } = 2048;

    /// <summary>The smallest elliptic curve in bits, for every key of the path. 224 to 521; 256 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside of 224 to 521.</exception>
    public int MinimumCurveBits
    {
        get;
        init => field = value is >= 224 and <= 521 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "224 to 521 bits.");
    } = 256;

    /// <summary>Patterns of which one must match an alternative name of the leaf; null (the default) for no rule, empty for nobody.</summary>
    /// <remarks>The subject's common name is never looked at.</remarks>
    public ImmutableArray<NamePattern>? AllowedNames { get; init; }

    /// <summary>Judges a path that RFC 5280 accepts.</summary>
    internal Refusal? Check(TrustAnchor anchor, ImmutableArray<CertificateProfile> path, PathRole role, DateTimeOffset now)
    {
        if (AnchorFault(anchor.Certificate, now) is { } fault)
        {
            return Refuse(anchor.Certificate, fault);
        }

        CertificateProfile issuer = anchor.Certificate;
        for (int i = 0; i < path.Length; i++)
        {
            bool isIssuer = i < path.Length - 1;
            ConformanceFault? found = StrengthFault(path[i]) ?? (RequireConformance ? Conformance.Check(path[i], issuer, isIssuer) : null);
            if (found is { } wrong)
            {
                return Refuse(path[i], wrong);
            }

            issuer = path[i];
        }

        return role == PathRole.Leaf ? CheckPurpose(path) ?? CheckLeaf(path[^1]) : CheckSigner(path[^1]);
    }

    private ConformanceFault? AnchorFault(CertificateProfile anchor, DateTimeOffset now)
    {
        if (KeyFault(anchor.PublicKey, ProfileClause.AnchorKey) is { } weak)
        {
            return weak;
        }

        if (!RequireConformance)
        {
            return null;
        }

        if (now < anchor.NotBefore || now > anchor.NotAfter)
        {
            return new ConformanceFault(RefusalReason.BadAnchor, ProfileClause.AnchorValidity, "validity");
        }

        if (anchor.Version != 3 || anchor.BasicConstraints is not { IsAuthority: true })
        {
            return new ConformanceFault(RefusalReason.BadAnchor, ProfileClause.AnchorIsNoAuthority, "basicConstraints");
        }

        bool signs = anchor.KeyUsage is not { } usage || usage.HasFlag(KeyUsages.KeyCertSign);
        return signs ? null : new ConformanceFault(RefusalReason.BadAnchor, ProfileClause.AnchorMayNotSign, "keyUsage");
    }

    private ConformanceFault? StrengthFault(CertificateProfile certificate) =>
        RefuseWeakSignatures && certificate.Signature.IsWeak
            ? new ConformanceFault(RefusalReason.WeakSignature, ProfileClause.SignatureStrength, certificate.Signature.Name)
            : KeyFault(certificate.PublicKey, ProfileClause.KeyStrength);

    private ConformanceFault? KeyFault(PublicKeyProfile key, ProfileClause clause)
    {
        bool strong = key.Kind switch
        {
            PublicKeyKind.Rsa => key.Bits >= MinimumRsaBits && key.Exponent.Span is not [] and not [1] && (key.Exponent.Span[^1] & 1) == 1,
            PublicKeyKind.EllipticCurve => key.Bits >= MinimumCurveBits,
            PublicKeyKind.Edwards or PublicKeyKind.MlDsa => true,
            _ => false,
        };
        return strong ? null : new ConformanceFault(RefusalReason.WeakKey, clause, key.Name);
    }

    private Refusal? CheckPurpose(ImmutableArray<CertificateProfile> path)
    {
        if (RequiredPurpose is not { } purpose)
        {
            return null;
        }

        CertificateProfile? forbidding = path.SkipLast(1).FirstOrDefault(c =>
            !c.ExtendedKeyUsages.IsEmpty && !c.ExtendedKeyUsages.Contains(purpose) && !c.ExtendedKeyUsages.Contains(Oids.AnyExtendedKeyUsage));
        CertificateProfile? without = forbidding ?? (path[^1].ExtendedKeyUsages.Contains(purpose) ? null : path[^1]);
        return without is null ? null : Refuse(without, new ConformanceFault(RefusalReason.PurposeMissing, ProfileClause.Purpose, purpose));
    }

    /// <summary>RFC 5280, section 4.2.1.3: who signs lists says so.</summary>
    private Refusal? CheckSigner(CertificateProfile signer)
    {
        bool says = signer.KeyUsage is { } usage && usage.HasFlag(KeyUsages.CrlSign);
        return says || !RequireConformance ? null : Refuse(signer, new ConformanceFault(RefusalReason.BadExtension, ProfileClause.ListSignerWithoutUsage, Oids.KeyUsage));
    }

    private Refusal? CheckLeaf(CertificateProfile leaf)
    {
        if (!AllowAuthorityAsLeaf && leaf.BasicConstraints is { IsAuthority: true })
        {
            return Refuse(leaf, new ConformanceFault(RefusalReason.LeafIsAuthority, ProfileClause.LeafIsAuthority, ""));
        }

        bool missing = leaf.KeyUsage is { } usage ? RequireDigitalSignature && !usage.HasFlag(KeyUsages.DigitalSignature) : RequireKeyUsage;
        if (missing)
        {
            return Refuse(leaf, new ConformanceFault(RefusalReason.KeyUsageMissing, ProfileClause.LeafUsage, "digitalSignature"));
        }

        bool allowed = AllowedNames is not { } patterns || patterns.Any(p => p.Matches(leaf.SubjectAlternativeNames));
        return allowed ? null : Refuse(leaf, new ConformanceFault(RefusalReason.NameNotAllowed, ProfileClause.AllowedName, ""));
    }

    private static Refusal Refuse(CertificateProfile certificate, ConformanceFault fault) =>
        new() { Reason = fault.Reason, Certificate = certificate.Thumbprint, Clause = fault.Clause, Detail = fault.Detail };
}

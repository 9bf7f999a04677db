using System;
using System.Collections.Immutable;
using System.Linq;
using Sallyport.Certificates.Asn;

namespace Sallyport.Certificates.Chain;

/// <summary>RFC 5280, section 6.1, from the anchor down, one path at a time.</summary>
internal sealed class PathValidator
{
    private readonly ChainPolicy _policy;
    private readonly DateTimeOffset _now;
    private readonly SignatureLedger _signatures;
    private readonly NameSpaceRules _names = new();
    private readonly PolicyGraph _policies = new();
    private int _explicitPolicy;
    private int _inhibitAny;
    private int _mapping;
    private int _maxPathLength;
    private PublicKeyProfile _key;
    private Octets _parameters;

    private PathValidator(ChainPolicy policy, DateTimeOffset now, SignatureLedger signatures, TrustAnchor anchor, int length, PathRole role)
    {
        _policy = policy;
        _now = now;
        _signatures = signatures;

        // RFC 5280, section 6.1.2: n + 1 means "never within this path".
        bool leaf = role == PathRole.Leaf;
        _explicitPolicy = leaf && policy.RequireExplicitPolicy ? 0 : length + 1;
        _inhibitAny = leaf && policy.InhibitAnyPolicy ? 0 : length + 1;
        _mapping = leaf && policy.InhibitPolicyMapping ? 0 : length + 1;
        _maxPathLength = policy.MaxIntermediates;
        _key = anchor.Certificate.PublicKey;
        _parameters = _key.LacksParameters ? default : _key.Parameters;
    }

    /// <summary>Validates a path.</summary>
    /// <param name="policy">The inputs.</param>
    /// <param name="now">The clock.</param>
    /// <param name="signatures">Where signatures are checked.</param>
    /// <param name="anchor">Where it starts.</param>
    /// <param name="path">From below the anchor to the target.</param>
    /// <param name="role">What the target is for.</param>
    /// <param name="valid">The user-constrained policy set.</param>
    /// <returns>Null when every rule held.</returns>
    public static Refusal? Validate(
        ChainPolicy policy,
        DateTimeOffset now,
        SignatureLedger signatures,
        TrustAnchor anchor,
        ImmutableArray<CertificateProfile> path,
        PathRole role,
        out ImmutableArray<string> valid)
    {
        var validator = new PathValidator(policy, now, signatures, anchor, path.Length, role);
        valid = [];
        validator.ApplyAnchor(anchor.Certificate);
        for (int i = 0; i < path.Length; i++)
        {
            bool last = i == path.Length - 1;
            Refusal? refusal = validator.Basic(path[i], last) ?? (last ? validator.WrapUp(path[i], role, out valid) : validator.Prepare(path[i]));
            if (refusal is not null)
            {
                return refusal;
            }
        }

        return null;
    }

    /// <summary>RFC 5937: what the anchor's certificate constrains binds its paths.</summary>
    private void ApplyAnchor(CertificateProfile anchor)
    {
        if (anchor.NameConstraints is { } constraints)
        {
            _names.Add(constraints);
        }

        if (anchor.BasicConstraints?.PathLength is { } length)
        {
            _maxPathLength = Math.Min(_maxPathLength, length);
        }

        ApplyPolicyExtensions(anchor);
    }

    /// <summary>RFC 5280, section 6.1.3.</summary>
    private Refusal? Basic(CertificateProfile certificate, bool last)
    {
        RefusalReason? signature = _signatures.Check(certificate, _key, _key.LacksParameters ? _parameters : default) switch
        {
            SignatureState.Valid => null,
            SignatureState.Unsupported => RefusalReason.UnsupportedAlgorithm,
            SignatureState.Invalid => RefusalReason.BadSignature,
            _ => RefusalReason.SearchExhausted,
        };
        if (signature is { } reason)
        {
            return Refuse(certificate, reason, certificate.Signature.Name);
        }

        if (_now < certificate.NotBefore)
        {
            return Refuse(certificate, RefusalReason.NotYetValid);
        }

        if (_now > certificate.NotAfter)
        {
            return Refuse(certificate, RefusalReason.Expired);
        }

        bool exempt = certificate.IsSelfIssued && !last;
        if (!exempt && _names.Check(certificate, out string detail) is { } name)
        {
            return Refuse(certificate, name, detail);
        }

        _policies.Add(certificate.Policies, anyCounts: _inhibitAny > 0 || exempt);
        return _explicitPolicy == 0 && _policies.IsNull ? Refuse(certificate, RefusalReason.NoAcceptablePolicy) : null;
    }

    /// <summary>RFC 5280, section 6.1.4: what this issuer lets the next certificate be.</summary>
    private Refusal? Prepare(CertificateProfile certificate)
    {
        foreach (PolicyMapping mapping in certificate.PolicyMappings)
        {
            if (mapping.IssuerDomain == Oids.AnyPolicy || mapping.SubjectDomain == Oids.AnyPolicy)
            {
                return Refuse(certificate, RefusalReason.PolicyMappedToAny);
            }
        }

        _policies.Map(certificate.PolicyMappings, allowed: _mapping > 0);
        if (certificate.NameConstraints is { } constraints)
        {
            _names.Add(constraints);
        }

        if (certificate.Version != 3 || certificate.BasicConstraints is not { IsAuthority: true })
        {
            return Refuse(certificate, RefusalReason.IssuerIsNoAuthority);
        }

        if (!certificate.IsSelfIssued)
        {
            _explicitPolicy = Math.Max(0, _explicitPolicy - 1);
            _mapping = Math.Max(0, _mapping - 1);
            _inhibitAny = Math.Max(0, _inhibitAny - 1);
            if (_maxPathLength == 0)
            {
                return Refuse(certificate, RefusalReason.PathTooLong);
            }

            _maxPathLength--;
        }

        ApplyPolicyExtensions(certificate);
        _maxPathLength = Math.Min(_maxPathLength, certificate.BasicConstraints.PathLength ?? int.MaxValue);
        if (certificate.KeyUsage is { } usage && !usage.HasFlag(KeyUsages.KeyCertSign))
        {
            return Refuse(certificate, RefusalReason.IssuerMayNotSign);
        }

        TakeKey(certificate.PublicKey);
        return UnknownCritical(certificate);
    }

    /// <summary>RFC 5280, section 6.1.5.</summary>
    private Refusal? WrapUp(CertificateProfile certificate, PathRole role, out ImmutableArray<string> valid)
    {
        _explicitPolicy = Math.Max(0, _explicitPolicy - 1);
        if (certificate.PolicyConstraints?.RequireExplicitPolicy == 0)
        {
            _explicitPolicy = 0;
        }

        valid = _policies.Intersect(role == PathRole.Leaf ? _policy.InitialPolicies : [Oids.AnyPolicy]);
        return UnknownCritical(certificate)
            ?? (_explicitPolicy == 0 && valid.IsEmpty ? Refuse(certificate, RefusalReason.NoAcceptablePolicy) : null);
    }

    /// <summary>RFC 5280, section 6.1.4 (i) and (j).</summary>
    private void ApplyPolicyExtensions(CertificateProfile certificate)
    {
        if (certificate.PolicyConstraints is { } constraints)
        {
            _explicitPolicy = Math.Min(_explicitPolicy, constraints.RequireExplicitPolicy ?? int.MaxValue);
            _mapping = Math.Min(_mapping, constraints.InhibitPolicyMapping ?? int.MaxValue);
        }

        _inhibitAny = Math.Min(_inhibitAny, certificate.InhibitAnyPolicy ?? int.MaxValue);
    }

    /// <summary>RFC 5280, section 6.1.4 (d) to (f): parameters are inherited between keys of one algorithm only.</summary>
    private void TakeKey(PublicKeyProfile next)
    {
        if (!next.LacksParameters)
        {
            _parameters = next.Parameters;
        }
        else if (next.Oid != _key.Oid)
        {
            _parameters = default;
        }

        _key = next;
    }

    private static Refusal? UnknownCritical(CertificateProfile certificate)
    {
        string? unknown = certificate.Extensions.FirstOrDefault(static e => e.IsCritical && !IsProcessed(e.Oid))?.Oid;
        return unknown is null ? null : Refuse(certificate, RefusalReason.UnknownCriticalExtension, unknown);
    }

    /// <summary>What this validator, the profile or the revocation check really acts on.</summary>
    private static bool IsProcessed(string oid) => KnownExtensions.Decodes(oid)
        && oid is not (Oids.Precertificate or Oids.TlsFeature or Oids.SignedTimestamps or Oids.SubjectInfoAccess or Oids.IssuerAlternativeName);

    private static Refusal Refuse(CertificateProfile certificate, RefusalReason reason, string detail = "") =>
        new() { Reason = reason, Certificate = certificate.Thumbprint, Detail = detail };
}

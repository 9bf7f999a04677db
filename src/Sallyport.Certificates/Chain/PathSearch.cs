using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Sallyport.Certificates.Revocation;

namespace Sallyport.Certificates.Chain;

/// <summary>Searches a path from one certificate up to an anchor, depth first and bounded, and judges each that it finds.</summary>
/// <remarks>
/// Signatures are checked while climbing, so that only issuers that really signed are followed; each pair is checked once. Issuers
/// are trusted by name and key only after the whole path from the anchor down has held (<see cref="PathValidator"/>).
/// </remarks>
internal sealed class PathSearch(Verification verification, PathRole role, TrustAnchor? required, ImmutableHashSet<CertificateThumbprint> vouching)
{
    private readonly List<CertificateProfile> _climb = [];
    private Refusal? _refusal;
    private bool _badSignature;
    private bool _unsupported;
    private bool _tooLong;
    private FoundPath? _found;

    /// <summary>Finds a path that holds.</summary>
    public FoundPath? Find(CertificateProfile target, out Refusal? refusal)
    {
        _climb.Add(target);
        Climb(target);
        refusal = _found is not null ? null : _refusal ?? new Refusal { Reason = Fallback(), Certificate = target.Thumbprint };
        return _found;
    }

    private RefusalReason Fallback()
    {
        if (verification.IsExhausted)
        {
            return RefusalReason.SearchExhausted;
        }

        if (_badSignature)
        {
            return RefusalReason.BadSignature;
        }

        if (_unsupported)
        {
            return RefusalReason.UnsupportedAlgorithm;
        }

        return _tooLong ? RefusalReason.PathTooLong : RefusalReason.UnknownIssuer;
    }

    private bool Climb(CertificateProfile current)
    {
        if (!verification.TryStep())
        {
            return false;
        }

        foreach (TrustAnchor anchor in verification.AnchorsNamed(current.Issuer))
        {
            if ((required is null || ReferenceEquals(required, anchor)) && IsSigned(current, anchor.Certificate) && Judge(anchor))
            {
                return true;
            }
        }

        ImmutableArray<CertificateProfile> issuers = verification.IssuersOf(current);
        if (_climb.Count > verification.Policy.MaxIntermediates)
        {
            _tooLong |= !issuers.IsEmpty;
            return false;
        }

        foreach (CertificateProfile issuer in issuers)
        {
            if (IsOnClimb(issuer) || !IsSigned(current, issuer))
            {
                continue;
            }

            _climb.Add(issuer);
            if (Climb(issuer))
            {
                return true;
            }

            _climb.RemoveAt(_climb.Count - 1);
        }

        return false;
    }

    /// <summary>A name and key that are on the way already lead nowhere new.</summary>
    private bool IsOnClimb(CertificateProfile issuer) =>
        _climb.Any(c => c.Thumbprint == issuer.Thumbprint || (c.PublicKey.Pin == issuer.PublicKey.Pin && c.Subject.Equals(issuer.Subject)));

    private bool IsSigned(CertificateProfile certificate, CertificateProfile issuer)
    {
        if (issuer.PublicKey is { Kind: PublicKeyKind.Dsa, LacksParameters: true })
        {
            // Its parameters come from further up: checked when the path is whole.
            return true;
        }

        SignatureState state = verification.Signatures.Check(certificate, issuer.PublicKey, default);
        _badSignature |= state == SignatureState.Invalid;
        _unsupported |= state == SignatureState.Unsupported;
        return state == SignatureState.Valid;
    }

    private bool Judge(TrustAnchor anchor)
    {
        ImmutableArray<CertificateProfile> path = [.. Enumerable.Reverse(_climb)];
        Refusal? refusal = PathValidator.Validate(
            verification.Policy, verification.Now, verification.Signatures, anchor, path, role, out ImmutableArray<string> policies)
            ?? verification.Policy.Profile?.Check(anchor, path, role, verification.Now)
            ?? CheckRevocation(anchor, path);
        _refusal ??= refusal;
        _found = refusal is null ? new FoundPath(anchor, path, policies) : null;
        return refusal is null;
    }

    private Refusal? CheckRevocation(TrustAnchor anchor, ImmutableArray<CertificateProfile> path)
    {
        CertificateProfile issuer = anchor.Certificate;
        for (int i = 0; i < path.Length; i++)
        {
            var signers = new CrlSigners(verification, anchor, path[..i], vouching);
            var check = new RevocationCheck(verification.Policy.Revocation, verification.Snapshot, verification.Now, signers);
            if (check.Check(path[i], issuer) is { } refusal)
            {
                return refusal;
            }

            issuer = path[i];
        }

        return null;
    }
}

using System;
using System.Collections.Frozen;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Sallyport.Certificates.Revocation;

namespace Sallyport.Certificates.Chain;

/// <summary>Decides whether a certificate leads to one of the operator's own trust anchors. Immutable and safe for any number of threads.</summary>
/// <remarks>
/// RFC 5280, section 6.1 whole and section 6.3, on the certificates' octets; the platform only computes hashes and signatures. No
/// I/O, no clock of its own, no system store, no download. With <see cref="ChainPolicy.Profile"/> also section 4 for every
/// certificate of the path, and what a client certificate must have.
/// </remarks>
public sealed class ChainVerifier
{
    private readonly ChainPolicy _policy;
    private readonly ImmutableArray<CertificateProfile> _intermediates;
    private readonly FrozenDictionary<DistinguishedName, ImmutableArray<TrustAnchor>> _anchors;
    private readonly FrozenSet<(CertificateThumbprint, Octets)> _known;
    private readonly KeyPool _keys;

    /// <summary>Makes a verifier.</summary>
    /// <param name="anchors">The only roots of trust. None means that nobody is trusted.</param>
    /// <param name="intermediates">Certificates that help to find paths (and that sign lists); not trusted by themselves.</param>
    /// <param name="policy">The rules.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <remarks>Signatures among these certificates are checked here, once, so that a path through them costs one check a handshake.</remarks>
    public ChainVerifier(IEnumerable<TrustAnchor> anchors, IEnumerable<CertificateProfile> intermediates, ChainPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(anchors);
        ArgumentNullException.ThrowIfNull(intermediates);
        ArgumentNullException.ThrowIfNull(policy);
        _policy = policy;
        _intermediates = [.. intermediates];
        Anchors = [.. anchors];
        _anchors = Anchors.GroupBy(static a => a.Name).ToFrozenDictionary(static g => g.Key, static g => g.ToImmutableArray());
        _known = KnownSignatures().ToFrozenSet();
        _keys = new KeyPool(Anchors.Select(static a => a.Certificate).Concat(_intermediates).Select(static c => c.PublicKey));
    }

    /// <summary>The trust anchors.</summary>
    public ImmutableArray<TrustAnchor> Anchors { get; }

    /// <summary>Verifies a presented certificate.</summary>
    /// <param name="leaf">The peer's certificate, DER.</param>
    /// <param name="presented">What else it sent, DER, in any order. Unreadable ones are left out of the search.</param>
    /// <param name="revocation">What is known about revocation.</param>
    /// <param name="now">The clock's reading.</param>
    /// <returns>The proof, or one named refusal. Never throws on any octets.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="presented"/> or <paramref name="revocation"/> is null.</exception>
    public ChainVerdict Verify(ReadOnlySpan<byte> leaf, IReadOnlyList<ReadOnlyMemory<byte>> presented, RevocationSnapshot revocation, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(presented);
        ArgumentNullException.ThrowIfNull(revocation);
        if (TooMuch(leaf.Length, presented) is { } tooMuch)
        {
            return tooMuch;
        }

        return CertificateProfile.TryRead(leaf, out CertificateProfile? target, out CertificateDefect? defect)
            ? Verify(target, presented, Signatures(), revocation, now)
            : Refused(RefusalReason.Unreadable, defect.ToString());
    }

    /// <summary>Verifies a certificate again, by other rules, anchors, revocation or another time: everything anew, except for signatures that were seen to be right.</summary>
    /// <param name="certificate">What a verifier has verified before, this one or another.</param>
    /// <param name="presented">What else its peer sent, DER, in any order.</param>
    /// <param name="revocation">What is known about revocation.</param>
    /// <param name="now">The clock's reading.</param>
    /// <returns>The verdict that <see cref="Verify(ReadOnlySpan{byte}, IReadOnlyList{ReadOnlyMemory{byte}}, RevocationSnapshot, DateTimeOffset)"/> would give.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <remarks>For thousands of open connections when a list changes: it costs the look-ups, and no signature check while the path stays the same.</remarks>
    public ChainVerdict VerifyAgain(
        VerifiedClientCertificate certificate, IReadOnlyList<ReadOnlyMemory<byte>> presented, RevocationSnapshot revocation, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        ArgumentNullException.ThrowIfNull(presented);
        ArgumentNullException.ThrowIfNull(revocation);
        if (TooMuch(certificate.Leaf.Der.Length, presented) is { } tooMuch)
        {
            return tooMuch;
        }

        SignatureLedger signatures = Signatures();
        for (int i = 0; i < certificate.Path.Length; i++)
        {
            CertificateProfile issuer = i + 1 < certificate.Path.Length ? certificate.Path[i + 1] : certificate.Anchor.Certificate;
            signatures.Remember(certificate.Path[i], issuer.PublicKey);
        }

        return Verify(certificate.Leaf, presented, signatures, revocation, now);
    }

    private SignatureLedger Signatures() => new(_policy.MaxSignatureChecks, _known, _keys);

    private ChainVerdict.Refused? TooMuch(int leafBytes, IReadOnlyList<ReadOnlyMemory<byte>> presented)
    {
        if (presented.Count >= _policy.MaxCertificates)
        {
            return Refused(RefusalReason.TooManyCertificates, $"{presented.Count + 1}");
        }

        return leafBytes > _policy.MaxCertificateBytes || presented.Any(p => p.Length > _policy.MaxCertificateBytes)
            ? Refused(RefusalReason.CertificateTooLarge, "")
            : null;
    }

    private ChainVerdict Verify(
        CertificateProfile target, IReadOnlyList<ReadOnlyMemory<byte>> presented, SignatureLedger signatures, RevocationSnapshot revocation, DateTimeOffset now)
    {
        List<CertificateProfile> pool = [.. _intermediates];
        foreach (ReadOnlyMemory<byte> der in presented)
        {
            if (CertificateProfile.TryRead(der.Span, out CertificateProfile? profile, out _))
            {
                pool.Add(profile);
            }
        }

        var verification = new Verification(_policy, now, revocation, signatures, _anchors, pool);
        FoundPath? found = new PathSearch(verification, PathRole.Leaf, required: null, vouching: []).Find(target, out Refusal? refusal);
        if (found is null)
        {
            return new ChainVerdict.Refused(refusal ?? new Refusal { Reason = RefusalReason.UnknownIssuer, Certificate = target.Thumbprint });
        }

        ImmutableArray<CertificateProfile> path = [.. found.Path.Reverse()];
        return new ChainVerdict.Verified(
            new VerifiedClientCertificate(path, found.Anchor, found.Policies, now, path.Min(static c => c.NotAfter)));
    }

    private static ChainVerdict.Refused Refused(RefusalReason reason, string detail) => new(new Refusal { Reason = reason, Detail = detail });

    private IEnumerable<(CertificateThumbprint, Octets)> KnownSignatures()
    {
        CertificateProfile[] issuers = [.. Anchors.Select(static a => a.Certificate), .. _intermediates];
        foreach (CertificateProfile certificate in _intermediates)
        {
            foreach (CertificateProfile issuer in issuers)
            {
                if (issuer.Subject.Equals(certificate.Issuer)
                    && SignatureCheck.Digest(certificate.Signature, certificate.SignedPart.Span) is { } digest
                    && SignatureCheck.Verify(certificate.Signature, issuer.PublicKey, default, digest, certificate.SignatureValue.Span))
                {
                    yield return (certificate.Thumbprint, issuer.PublicKey.Pin);
                }
            }
        }
    }
}

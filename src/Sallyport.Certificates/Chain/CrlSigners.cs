using System.Collections.Immutable;
using Sallyport.Certificates.Revocation;

namespace Sallyport.Certificates.Chain;

/// <summary>Finds signers of lists: the anchor, the path so far, then anyone of that name with a path of its own to the same anchor.</summary>
/// <param name="verification">The question being answered.</param>
/// <param name="anchor">The anchor of the path whose certificates are checked; a signer must lead to the same one.</param>
/// <param name="above">The certificates above the one checked: already judged, revocation included.</param>
/// <param name="vouching">Signers whose own status is being checked at this moment.</param>
internal sealed class CrlSigners(
    Verification verification, TrustAnchor anchor, ImmutableArray<CertificateProfile> above, ImmutableHashSet<CertificateThumbprint> vouching) : ICrlSigners
{
    public bool IsExhausted => verification.Signatures.IsExhausted;

    public RevocationGap? FindSigner(CertificateRevocationList list, out CertificateProfile? signer)
    {
        signer = null;
        RevocationGap gap = RevocationGap.BadSignature;
        if (anchor.Name.Equals(list.Issuer) && TryKey(list, anchor.Certificate, ref gap))
        {
            signer = anchor.Certificate;
            return null;
        }

        foreach (CertificateProfile issuer in above)
        {
            if (issuer.Subject.Equals(list.Issuer) && TryKey(list, issuer, ref gap))
            {
                signer = issuer;
                return null;
            }
        }

        foreach (CertificateProfile other in verification.Named(list.Issuer))
        {
            if (TryKey(list, other, ref gap) && IsTrusted(other))
            {
                signer = other;
                return null;
            }
        }

        return gap;
    }

    public bool IsSignedBy(CertificateRevocationList list, CertificateProfile signer) =>
        verification.Snapshot.IsKnownSigned(list, signer.PublicKey.Pin)
        || (verification.Signatures.TrySpend() && list.IsSignedBy(signer.PublicKey, InheritedParameters(signer)));

    private bool TryKey(CertificateRevocationList list, CertificateProfile signer, ref RevocationGap gap)
    {
        if (!IsSignedBy(list, signer))
        {
            return false;
        }

        // RFC 5280, section 6.3.3 (f).
        gap = RevocationGap.UntrustedSigner;
        return signer.KeyUsage is not { } usage || usage.HasFlag(KeyUsages.CrlSign);
    }

    /// <summary>
    /// A signer outside of the path needs a path of its own to the same anchor, its own revocation included. One that is being
    /// checked right now may be checked against its own list: if that list names it, it is revoked.
    /// </summary>
    private bool IsTrusted(CertificateProfile signer) =>
        vouching.Contains(signer.Thumbprint)
        || new PathSearch(verification, PathRole.CrlSigner, anchor, vouching.Add(signer.Thumbprint)).Find(signer, out _) is not null;

    /// <summary>DSA keys without parameters take those of the nearest certificate above (RFC 5280, section 6.1.4 (f)).</summary>
    private Octets InheritedParameters(CertificateProfile signer)
    {
        if (!signer.PublicKey.LacksParameters)
        {
            return default;
        }

        Octets parameters = anchor.Certificate.PublicKey is { LacksParameters: false } key && key.Oid == signer.PublicKey.Oid ? key.Parameters : default;
        foreach (CertificateProfile certificate in above)
        {
            if (ReferenceEquals(certificate, signer))
            {
                break;
            }

            bool own = certificate.PublicKey.Oid == signer.PublicKey.Oid && !certificate.PublicKey.LacksParameters;
            bool other = certificate.PublicKey.Oid != signer.PublicKey.Oid;
            parameters = own ? certificate.PublicKey.Parameters : other ? default : parameters;
        }

        return parameters;
    }
}

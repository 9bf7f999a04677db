using System;
using System.Linq;
using Sallyport.Certificates.Chain;

namespace Sallyport.Certificates.Revocation;

/// <summary>The revocation status of one certificate of a path (RFC 5280, section 6.3.3; RFC 6960 by verified answers).</summary>
internal sealed class RevocationCheck(RevocationPolicy policy, RevocationSnapshot snapshot, DateTimeOffset now, ICrlSigners signers)
{
    private RevocationGap _gap;

    /// <param name="certificate">The certificate.</param>
    /// <param name="issuer">The certificate (or the anchor's) whose key signed it.</param>
    /// <returns>Null when it is not revoked; the refusal otherwise, an unknown status included.</returns>
    public Refusal? Check(CertificateProfile certificate, CertificateProfile issuer)
    {
        if (snapshot.Denies(certificate.Thumbprint))
        {
            return Revoked(certificate, "deny list");
        }

        if (policy.Mode == RevocationMode.Off)
        {
            return null;
        }

        _gap = RevocationGap.NoSource;
        if (CheckAnswer(certificate, issuer, out bool good) is { } answered)
        {
            return Revoked(certificate, answered.ToString());
        }

        // A good answer does not outvote a list that says revoked.
        RevocationReasons covered = RevocationReasons.None;
        foreach (DistributionPoint? point in certificate.CrlDistributionPoints.Append<DistributionPoint?>(null))
        {
            if (CheckPoint(certificate, point, ref covered) is { } reason)
            {
                return Revoked(certificate, reason.ToString());
            }

            if (covered == RevocationReasons.All)
            {
                return null;
            }
        }

        bool pass = good || policy.Mode == RevocationMode.WhenKnown;
        return pass ? null : new Refusal { Reason = RefusalReason.RevocationUnknown, Certificate = certificate.Thumbprint, Gap = _gap };
    }

    private RevocationReason? CheckAnswer(CertificateProfile certificate, CertificateProfile issuer, out bool good)
    {
        good = false;
        OcspAnswer? answer = snapshot.Answer(issuer.PublicKey.Pin, certificate.SerialNumber);
        if (answer is null || !answer.Issuer.Equals(certificate.Issuer))
        {
            return null;
        }

        bool current = IsCurrent(answer.ThisUpdate, answer.NextUpdate);
        if (answer.Status == OcspStatus.Revoked && (current || BelievesOutdated))
        {
            return answer.Reason ?? RevocationReason.Unspecified;
        }

        good = current && answer.Status == OcspStatus.Good;
        Note(current ? RevocationGap.AnsweredUnknown : RevocationGap.NotCurrent);
        return null;
    }

    /// <summary>
    /// Where an unknown status passes, an outdated source still says who was revoked: else whoever holds back the newer one would
    /// bring the revoked back to life.
    /// </summary>
    private bool BelievesOutdated => policy.Mode == RevocationMode.WhenKnown;

    private RevocationReason? CheckPoint(CertificateProfile certificate, DistributionPoint? point, ref RevocationReasons covered)
    {
        foreach (DistinguishedName name in PointScope.IssuersOf(certificate, point))
        {
            foreach (CertificateRevocationList list in snapshot.Complete(name))
            {
                if (!IsUsable(list, certificate, point, covered, out RevocationReasons reasons) || !IsSignedForCertificate(list, out CertificateProfile? signer))
                {
                    continue;
                }

                RevocationReason? reason = DeltaReason(list, signer, certificate) ?? list.Find(certificate);
                if (reason is not (null or RevocationReason.RemoveFromCrl))
                {
                    return reason;
                }

                if (!IsCurrent(list.ThisUpdate, list.NextUpdate))
                {
                    continue;
                }

                covered |= reasons;
                if (covered != RevocationReasons.All)
                {
                    Note(RevocationGap.ReasonsIncomplete);
                }
            }
        }

        return null;
    }

    private bool IsUsable(
        CertificateRevocationList list, CertificateProfile certificate, DistributionPoint? point, RevocationReasons covered, out RevocationReasons reasons)
    {
        if (!PointScope.Covers(list, certificate, point, out reasons))
        {
            Note(RevocationGap.OutOfScope);
            return false;
        }

        if (list.HasUnknownCriticalExtension)
        {
            Note(RevocationGap.UnknownCriticalExtension);
            return false;
        }

        if (!IsCurrent(list.ThisUpdate, list.NextUpdate))
        {
            Note(RevocationGap.NotCurrent);
            return BelievesOutdated && (reasons & ~covered) != RevocationReasons.None;
        }

        // RFC 5280, section 6.3.3 (e): a list that adds no reason is not consulted.
        return (reasons & ~covered) != RevocationReasons.None;
    }

    private bool IsSignedForCertificate(CertificateRevocationList list, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out CertificateProfile? signer)
    {
        RevocationGap? gap = signers.FindSigner(list, out signer);
        if (gap is { } missing)
        {
            Note(missing);
        }

        return gap is null && signer is not null;
    }

    /// <summary>What the newest fitting delta says; null when none does, so that the complete list decides.</summary>
    private RevocationReason? DeltaReason(CertificateRevocationList complete, CertificateProfile signer, CertificateProfile certificate)
    {
        foreach (CertificateRevocationList delta in snapshot.Deltas(complete.Issuer))
        {
            if (!delta.HasUnknownCriticalExtension
                && PointScope.DeltaFits(delta, complete)
                && IsCurrent(delta.ThisUpdate, delta.NextUpdate)
                && signers.IsSignedBy(delta, signer))
            {
                return delta.Find(certificate);
            }
        }

        return null;
    }

    /// <summary>A list without nextUpdate is never current: nobody could tell when it grows old (RFC 5280, section 5.1.2.5).</summary>
    private bool IsCurrent(DateTimeOffset thisUpdate, DateTimeOffset? nextUpdate)
    {
        bool young = policy.MaxAge is not { } limit || now - thisUpdate <= limit;
        return thisUpdate <= now && young && nextUpdate is { } next && now - next <= policy.Grace;
    }

    private void Note(RevocationGap gap) => _gap = gap > _gap ? gap : _gap;

    private static Refusal Revoked(CertificateProfile certificate, string detail) =>
        new() { Reason = RefusalReason.Revoked, Certificate = certificate.Thumbprint, Detail = detail };
}

using System;
using System.Linq;
using Sallyport.Certificates.Chain;

namespace Sallyport.Certificates.Revocation;

/// <summary>The revocation status of one certificate of a path (RFC 5280, section 6.3.3; RFC 6960 by verified answers).</summary>
/// <remarks>
/// Sources may contradict each other. Revoked is for ever (RFC 5280, section 5.3.1), so whoever says it is believed over whoever says
/// good, however old the word is: a list or answer in time is what may say good, not what may say revoked. Two words are taken back:
/// a hold by a later good, and anything by a later list of the same signer and scope, or by a delta's removeFromCRL.
/// </remarks>
internal sealed class RevocationCheck(RevocationPolicy policy, RevocationSnapshot snapshot, DateTimeOffset now, ICrlSigners signers)
{
    private RevocationGap _gap;
    private RevocationReasons _covered;
    private DateTimeOffset? _held;
    private DateTimeOffset? _good;

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
        if ((HearResponder(certificate, issuer, out bool good) ?? HearLists(certificate)) is { } reason)
        {
            return Revoked(certificate, reason.ToString());
        }

        if (_held is { } held && !(_good > held))
        {
            return Revoked(certificate, nameof(RevocationReason.CertificateHold));
        }

        if (signers.IsExhausted)
        {
            // A list that could not be checked any more may be the one that says revoked.
            return new Refusal { Reason = RefusalReason.SearchExhausted, Certificate = certificate.Thumbprint };
        }

        bool pass = good || _covered == RevocationReasons.All || policy.Mode == RevocationMode.WhenKnown;
        return pass ? null : new Refusal { Reason = RefusalReason.RevocationUnknown, Certificate = certificate.Thumbprint, Gap = _gap };
    }

    private RevocationReason? HearResponder(CertificateProfile certificate, CertificateProfile issuer, out bool good)
    {
        good = false;
        OcspAnswer? answer = snapshot.Answer(issuer.PublicKey.Pin, certificate.SerialNumber);
        if (answer is null || !answer.Issuer.Equals(certificate.Issuer))
        {
            return null;
        }

        if (answer.Status == OcspStatus.Revoked)
        {
            return Listed(answer.Reason ?? RevocationReason.Unspecified, answer.ThisUpdate);
        }

        bool current = IsCurrent(answer.ThisUpdate, answer.NextUpdate);
        good = current && answer.Status == OcspStatus.Good;
        if (good)
        {
            _good = answer.ThisUpdate;
        }

        Note(current ? RevocationGap.AnsweredUnknown : RevocationGap.NotCurrent);
        return null;
    }

    private RevocationReason? HearLists(CertificateProfile certificate)
    {
        foreach (DistributionPoint? point in certificate.CrlDistributionPoints.Append<DistributionPoint?>(null))
        {
            foreach (DistinguishedName name in PointScope.IssuersOf(certificate, point))
            {
                foreach (CertificateRevocationList list in snapshot.Complete(name))
                {
                    if (HearList(list, certificate, point) is { } reason)
                    {
                        return reason;
                    }
                }

                if (HearDeltas(name, certificate, point) is { } changed)
                {
                    return changed;
                }
            }
        }

        return null;
    }

    private RevocationReason? HearList(CertificateRevocationList list, CertificateProfile certificate, DistributionPoint? point)
    {
        if (!IsAbout(list, certificate, point, out RevocationReasons reasons))
        {
            return null;
        }

        bool current = IsCurrent(list);
        if (!current)
        {
            Note(RevocationGap.NotCurrent);
        }

        // RFC 5280, section 6.3.3 (e): a list that adds no reason is not consulted, unless it names the certificate.
        bool adds = current && (reasons & ~_covered) != RevocationReasons.None;
        if ((!adds && list.Find(certificate) is null) || !IsSignedForCertificate(list, out CertificateProfile? signer))
        {
            return null;
        }

        CertificateRevocationList? delta = DeltaOver(list, signer);
        RevocationReason? reason = delta?.Find(certificate) ?? list.Find(certificate);
        DateTimeOffset time = delta?.ThisUpdate ?? list.ThisUpdate;
        if (reason is { } listed and not RevocationReason.RemoveFromCrl)
        {
            return IsTakenBack(list, signer) ? null : Listed(listed, time);
        }

        if (current)
        {
            Cover(reasons, time);
        }

        return null;
    }

    /// <summary>A delta that names the certificate is believed, whether or not there is a base for it and however old it is.</summary>
    private RevocationReason? HearDeltas(DistinguishedName issuer, CertificateProfile certificate, DistributionPoint? point)
    {
        foreach (CertificateRevocationList delta in snapshot.Deltas(issuer))
        {
            if (delta.Find(certificate) is { } reason and not RevocationReason.RemoveFromCrl
                && IsAbout(delta, certificate, point, out _)
                && IsSignedForCertificate(delta, out CertificateProfile? signer)
                && !IsTakenBack(delta, signer)
                && Listed(reason, delta.ThisUpdate) is { } changed)
            {
                return changed;
            }
        }

        return null;
    }

    private void Cover(RevocationReasons reasons, DateTimeOffset time)
    {
        if (reasons.HasFlag(RevocationReasons.CertificateHold) && !(_good > time))
        {
            _good = time;
        }

        _covered |= reasons;
        if (_covered != RevocationReasons.All)
        {
            Note(RevocationGap.ReasonsIncomplete);
        }
    }

    /// <summary>A hold waits for whoever says good later; every other reason is the last word.</summary>
    private RevocationReason? Listed(RevocationReason reason, DateTimeOffset time)
    {
        if (reason != RevocationReason.CertificateHold)
        {
            return reason;
        }

        _held = _held > time ? _held : time;
        return null;
    }

    private bool IsAbout(CertificateRevocationList list, CertificateProfile certificate, DistributionPoint? point, out RevocationReasons reasons)
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

        return true;
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

    /// <summary>The newest current delta that fits; null when there is none, so that the complete list decides alone.</summary>
    private CertificateRevocationList? DeltaOver(CertificateRevocationList complete, CertificateProfile signer) =>
        snapshot.Deltas(complete.Issuer).FirstOrDefault(delta =>
            !delta.HasUnknownCriticalExtension
            && delta.ThisUpdate >= complete.ThisUpdate
            && PointScope.DeltaFits(delta, complete)
            && IsCurrent(delta)
            && signers.IsSignedBy(delta, signer));

    /// <summary>
    /// Whether the signer itself has said something later in place of this list: a complete list of the same scope, or for a delta
    /// another one over the same base. What that one says is heard by itself.
    /// </summary>
    private bool IsTakenBack(CertificateRevocationList list, CertificateProfile signer)
    {
        return snapshot.Complete(list.Issuer).Any(Replaces) || (list.IsDelta && snapshot.Deltas(list.Issuer).Any(d => PointScope.SpansAsFar(d, list) && Replaces(d)));

        bool Replaces(CertificateRevocationList other) =>
            other.ThisUpdate > list.ThisUpdate
            && other.ThisUpdate <= now
            && !other.HasUnknownCriticalExtension
            && other.Scope == list.Scope
            && signers.IsSignedBy(other, signer);
    }

    private bool IsCurrent(CertificateRevocationList list) => !snapshot.IsOutdated(list) && IsCurrent(list.ThisUpdate, list.NextUpdate);

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

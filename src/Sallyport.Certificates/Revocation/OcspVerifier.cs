using System;
using System.Collections.Generic;
using System.Linq;
using Sallyport.Certificates.Asn;
using Sallyport.Certificates.Chain;

namespace Sallyport.Certificates.Revocation;

/// <summary>Verifies OCSP responses. Pure: octets, certificates and a clock in, an answer or a named refusal out.</summary>
/// <remarks>
/// RFC 6960, sections 3.2 and 4.2.2.2. The issuer must itself have been verified (<see cref="ChainVerifier"/>), and the answer is
/// about this issuer's key only. "unknown" and "tryLater" are never good.
/// </remarks>
public static class OcspVerifier
{
    /// <summary>The largest response that is read: 131,072 octets.</summary>
    public const int MaxBytes = 131_072;

    /// <summary>Verifies a response about one certificate.</summary>
    /// <param name="response">The DER of an OCSPResponse.</param>
    /// <param name="certificate">The certificate asked about.</param>
    /// <param name="issuer">Its verified issuer.</param>
    /// <param name="rules">What the response must satisfy.</param>
    /// <param name="lists">Where a delegated responder's own status is looked up.</param>
    /// <param name="now">The clock's reading.</param>
    /// <returns>The answer, or why the response counts for nothing. Never throws on any octets.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static OcspVerdict Verify(
        ReadOnlySpan<byte> response, CertificateProfile certificate, CertificateProfile issuer, OcspRules rules, RevocationSnapshot lists, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        ArgumentNullException.ThrowIfNull(issuer);
        ArgumentNullException.ThrowIfNull(rules);
        ArgumentNullException.ThrowIfNull(lists);
        if (response.Length > MaxBytes)
        {
            return Refuse(OcspRefusal.TooLarge);
        }

        if (OcspResponse.Read(response.ToArray()) is not { } read)
        {
            return Refuse(OcspRefusal.Malformed);
        }

        if (read.Status != 0)
        {
            return Refuse(OcspRefusal.ResponderError, ErrorName(read.Status));
        }

        return CheckNonce(read, rules) ?? CheckSignature(read, issuer, rules, lists, now) ?? Answer(read, certificate, issuer, rules, now);
    }

    private static OcspVerdict.Refused? CheckNonce(OcspResponse response, OcspRules rules)
    {
        if (response.Extensions.Any(static e => e.IsCritical && e.Oid != Oids.OcspNonce))
        {
            return Refuse(OcspRefusal.UnknownCriticalExtension);
        }

        if (rules.Nonce is not { } sent)
        {
            return null;
        }

        CertificateExtension? nonce = response.Extensions.FirstOrDefault(static e => e.Oid == Oids.OcspNonce);
        if (nonce is null)
        {
            return rules.AllowMissingNonce ? null : Refuse(OcspRefusal.NonceMissing);
        }

        bool same = ExtensionValues.TryOctetString(nonce.Value.Memory, out Octets value) && value == sent;
        return same ? null : Refuse(OcspRefusal.NonceMismatch);
    }

    private static OcspVerdict.Refused? CheckSignature(
        OcspResponse response, CertificateProfile issuer, OcspRules rules, RevocationSnapshot lists, DateTimeOffset now)
    {
        if (response.Signature is not { } signature
            || (rules.RefuseWeakSignatures && signature.IsWeak)
            || SignatureCheck.Digest(signature, response.Signed.Span) is not { } digest)
        {
            return Refuse(OcspRefusal.WeakSignature, response.Signature?.Name ?? "");
        }

        OcspVerdict.Refused refusal = Refuse(OcspRefusal.UnknownResponder);
        IEnumerable<CertificateProfile> candidates = [issuer, .. rules.TrustedResponders, .. response.Certificates];
        foreach (CertificateProfile candidate in candidates.Where(c => IsResponder(response, c)))
        {
            if (!SignatureCheck.Verify(signature, candidate.PublicKey, default, digest, response.SignatureValue.Span))
            {
                refusal = Refuse(OcspRefusal.BadSignature);
                continue;
            }

            OcspVerdict.Refused? unauthorized = Authorize(candidate, issuer, rules, lists, now);
            if (unauthorized is null)
            {
                return null;
            }

            refusal = unauthorized;
        }

        return refusal;
    }

    private static bool IsResponder(OcspResponse response, CertificateProfile candidate) =>
        response.ResponderName is { } name
            ? name.Equals(candidate.Subject)
            : response.ResponderKeyHash.Span.SequenceEqual(CertId.KeyHash(candidate.PublicKey));

    /// <summary>The issuer itself, one the operator trusts, or one that the issuer delegated with its own key.</summary>
    private static OcspVerdict.Refused? Authorize(
        CertificateProfile responder, CertificateProfile issuer, OcspRules rules, RevocationSnapshot lists, DateTimeOffset now)
    {
        if (responder.PublicKey.Pin == issuer.PublicKey.Pin && responder.Subject.Equals(issuer.Subject))
        {
            return null;
        }

        if (now < responder.NotBefore || now > responder.NotAfter)
        {
            return Refuse(OcspRefusal.ResponderNotAuthorized, "validity");
        }

        if (rules.TrustedResponders.Any(t => t.Thumbprint == responder.Thumbprint))
        {
            return null;
        }

        string? fault = DelegationFault(responder, issuer, rules);
        if (fault is not null)
        {
            return Refuse(OcspRefusal.ResponderNotAuthorized, fault);
        }

        if (responder.HasOcspNoCheck || rules.AllowUncheckedDelegate)
        {
            return null;
        }

        var check = new RevocationCheck(new RevocationPolicy(), lists, now, new IssuerSigner(issuer));
        Refusal? status = check.Check(responder, issuer);
        return status is null ? null : Refuse(OcspRefusal.ResponderMayBeRevoked, status.ToString());
    }

    private static string? DelegationFault(CertificateProfile responder, CertificateProfile issuer, OcspRules rules)
    {
        if (!responder.Issuer.Equals(issuer.Subject)
            || SignatureCheck.Digest(responder.Signature, responder.SignedPart.Span) is not { } digest
            || !SignatureCheck.Verify(responder.Signature, issuer.PublicKey, default, digest, responder.SignatureValue.Span))
        {
            return "not issued by the certificate's issuer";
        }

        if (!responder.ExtendedKeyUsages.Contains(Oids.OcspSigning))
        {
            return "extended key usage";
        }

        if (responder.KeyUsage is { } usage && !usage.HasFlag(KeyUsages.DigitalSignature))
        {
            return "key usage";
        }

        if (rules.RefuseWeakSignatures && responder.Signature.IsWeak)
        {
            return "weak signature";
        }

        return responder.UnknownCriticalExtensions.IsEmpty ? null : "unknown critical extension";
    }

    private static OcspVerdict Answer(
        OcspResponse response, CertificateProfile certificate, CertificateProfile issuer, OcspRules rules, DateTimeOffset now)
    {
        OcspResponse.Single? single = response.Answers
            .Where(a => CertId.Names(a.Id, certificate, issuer) == true)
            .MaxBy(static a => (a.Status == OcspStatus.Revoked && a.Reason != RevocationReason.CertificateHold, a.ThisUpdate, a.Status));
        if (single is null)
        {
            return Refuse(OcspRefusal.NotAboutCertificate);
        }

        if (single.HasUnknownCritical)
        {
            return Refuse(OcspRefusal.UnknownCriticalExtension);
        }

        if (single.ThisUpdate > now + rules.ClockSkew || response.ProducedAt > now + rules.ClockSkew)
        {
            return Refuse(OcspRefusal.NotYetValid);
        }

        DateTimeOffset until = single.NextUpdate ?? single.ThisUpdate + rules.LifetimeWithoutNextUpdate;
        if (now > until && single.Status != OcspStatus.Revoked)
        {
            // Who was revoked still is: only "good" and "unknown" have their time.
            return Refuse(OcspRefusal.Expired);
        }

        return new OcspVerdict.Answered(new OcspAnswer
        {
            Issuer = issuer.Subject,
            IssuerPin = issuer.PublicKey.Pin,
            SerialNumber = certificate.SerialNumber,
            Status = single.Status,
            Reason = single.Status == OcspStatus.Revoked ? single.Reason ?? RevocationReason.Unspecified : null,
            ThisUpdate = single.ThisUpdate < now ? single.ThisUpdate : now,
            NextUpdate = until,
        });
    }

    private static string ErrorName(int status) => status switch
    {
        1 => "malformedRequest",
        2 => "internalError",
        3 => "tryLater",
        5 => "sigRequired",
        6 => "unauthorized",
        _ => $"status {status}",
    };

    private static OcspVerdict.Refused Refuse(OcspRefusal reason, string detail = "") => new(reason, detail);

    /// <summary>For a delegated responder only lists of the issuer's own key count.</summary>
    private sealed class IssuerSigner(CertificateProfile issuer) : ICrlSigners
    {
        public bool IsExhausted => false;

        public RevocationGap? FindSigner(CertificateRevocationList list, out CertificateProfile? signer)
        {
            bool signed = list.Issuer.Equals(issuer.Subject) && list.IsSignedBy(issuer);
            bool allowed = issuer.KeyUsage is not { } usage || usage.HasFlag(KeyUsages.CrlSign);
            signer = signed && allowed ? issuer : null;
            return signer is not null ? null : signed ? RevocationGap.UntrustedSigner : RevocationGap.BadSignature;
        }

        public bool IsSignedBy(CertificateRevocationList list, CertificateProfile signer) => list.IsSignedBy(signer);
    }
}

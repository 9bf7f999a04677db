using System;

namespace Sallyport.Certificates.Revocation;

/// <summary>What an authorised OCSP responder says about one certificate. Only <see cref="OcspVerifier"/> makes one.</summary>
public sealed record OcspAnswer
{
    internal OcspAnswer()
    {
    }

    /// <summary>The SHA-256 of the issuer's SubjectPublicKeyInfo.</summary>
    public Octets IssuerPin { get; internal init; }

    /// <summary>The issuer's name.</summary>
    public required DistinguishedName Issuer { get; init; }

    /// <summary>The certificate's serial number, whole.</summary>
    public Octets SerialNumber { get; internal init; }

    /// <summary>What it says.</summary>
    public OcspStatus Status { get; internal init; }

    /// <summary>Why it is revoked; null unless <see cref="Status"/> is revoked.</summary>
    public RevocationReason? Reason { get; internal init; }

    /// <summary>The time the status is known to be right, UTC.</summary>
    public DateTimeOffset ThisUpdate { get; internal init; }

    /// <summary>By when newer information is available, UTC, never null: without one the verifier sets its limit.</summary>
    public DateTimeOffset NextUpdate { get; internal init; }

    /// <summary>Whether another answer about the same certificate counts in place of this one.</summary>
    /// <param name="other">The other answer.</param>
    /// <returns>True when the other one says revoked for good and this one does not, or when the other is later and this one is not revoked for good.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="other"/> is null.</exception>
    /// <remarks>
    /// Revoked is for ever, a hold excepted (RFC 5280, section 5.3.1): no later "good" takes it back. A hold is lifted by a later
    /// "good", not by "unknown".
    /// </remarks>
    public bool YieldsTo(OcspAnswer other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (IsFinal || other.IsFinal)
        {
            return other.IsFinal && (!IsFinal || other.ThisUpdate > ThisUpdate);
        }

        bool held = Status == OcspStatus.Revoked;
        return other.Status switch
        {
            OcspStatus.Revoked => held ? other.ThisUpdate > ThisUpdate : Status == OcspStatus.Unknown || other.ThisUpdate >= ThisUpdate,
            OcspStatus.Good => other.ThisUpdate > ThisUpdate,
            _ => !held && other.ThisUpdate > ThisUpdate,
        };
    }

    private bool IsFinal => Status == OcspStatus.Revoked && Reason != RevocationReason.CertificateHold;
}

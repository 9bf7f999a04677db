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
}

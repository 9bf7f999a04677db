using System;
using System.Collections.Immutable;

namespace Sallyport.Certificates.Revocation;

/// <summary>What an OCSP response must satisfy.</summary>
public sealed record OcspRules
{
    /// <summary>The nonce that was sent, or null when none was (the default). A sent nonce must come back.</summary>
    public Octets? Nonce { get; init; }

    /// <summary>Whether a response without nonce is taken although one was sent (responders of RFC 5019); false by default. A wrong one never is.</summary>
    public bool AllowMissingNonce { get; init; }

    /// <summary>How far the responder's clock may be ahead. Zero to 10 minutes; 1 minute by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside of zero to 10 minutes.</exception>
    public TimeSpan ClockSkew
    {
        get;
        init => field = value >= TimeSpan.Zero && value <= TimeSpan.FromMinutes(10)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(ClockSkew), value, "Zero to 10 minutes.");
    } = TimeSpan.FromMinutes(1);

    /// <summary>How long an answer without nextUpdate counts from its thisUpdate. Above zero to 7 days; 5 minutes by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not above zero, or above 7 days.</exception>
    public TimeSpan LifetimeWithoutNextUpdate
    {
        get;
        init => field = value > TimeSpan.Zero && value <= TimeSpan.FromDays(7)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(LifetimeWithoutNextUpdate), value, "Above zero, at most 7 days.");
    } = TimeSpan.FromMinutes(5);

    /// <summary>Responders that the operator trusts by himself (RFC 6960, section 4.2.2.2, first way); empty by default.</summary>
    public ImmutableArray<CertificateProfile> TrustedResponders { get; init; } = [];

    /// <summary>
    /// Whether a delegated responder is believed although its certificate has no id-pkix-ocsp-nocheck and no list says that it is
    /// not revoked; false by default.
    /// </summary>
    public bool AllowUncheckedDelegate { get; init; }

    /// <summary>Whether MD5 and SHA-1 signatures are refused; true by default.</summary>
    public bool RefuseWeakSignatures { get; init; } = true;
}

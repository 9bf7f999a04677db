using System;
using System.Collections.Immutable;
using Sallyport.Certificates.Asn;
using Sallyport.Certificates.Revocation;

namespace Sallyport.Certificates.Chain;

/// <summary>The inputs of path validation beside certificates and clock.</summary>
public sealed record ChainPolicy
{
    /// <summary>The acceptable policies (user-initial-policy-set); anyPolicy (2.5.29.32.0) by default.</summary>
    /// <remarks>RFC 5280, section 6.1.1 (c). Naming policies alone does not require one: see <see cref="RequireExplicitPolicy"/>.</remarks>
    public ImmutableArray<string> InitialPolicies { get; init; } = [Oids.AnyPolicy];

    /// <summary>Whether the path must be valid for one of <see cref="InitialPolicies"/> (initial-explicit-policy); false by default.</summary>
    public bool RequireExplicitPolicy { get; init; }

    /// <summary>Whether policy mapping is forbidden from the start (initial-policy-mapping-inhibit); false by default.</summary>
    public bool InhibitPolicyMapping { get; init; }

    /// <summary>Whether anyPolicy counts for nothing from the start (initial-any-policy-inhibit); false by default.</summary>
    public bool InhibitAnyPolicy { get; init; }

    /// <summary>The most intermediates between leaf and anchor, self-issued ones included. 0 to 16; 6 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside of 0 to 16.</exception>
    public int MaxIntermediates
    {
        get;
        init => field = InRange(value, 0, 16, nameof(MaxIntermediates));
    } = 6;

    /// <summary>The most certificates a peer may present, leaf included. 1 to 64; 16 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside of 1 to 64.</exception>
    public int MaxCertificates
    {
        get;
        init => field = InRange(value, 1, 64, nameof(MaxCertificates));
    } = 16;

    /// <summary>The largest certificate a peer may present. 1,024 to 131,072 octets; 16,384 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside of 1,024 to 131,072.</exception>
    public int MaxCertificateBytes
    {
        get;
        init => field = InRange(value, 1024, CertificateProfile.MaxDerBytes, nameof(MaxCertificateBytes));
    } = 16_384;

    /// <summary>The most signatures that are checked for one answer. 1 to 256; 24 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside of 1 to 256.</exception>
    public int MaxSignatureChecks
    {
        get;
        init => field = InRange(value, 1, 256, nameof(MaxSignatureChecks));
    } = 24;

    /// <summary>The rules on top of RFC 5280; strict by default, null for none (conformance tests only).</summary>
    public StrictProfile? Profile { get; init; } = new();

    /// <summary>How revocation is asked; required by default.</summary>
    public RevocationPolicy Revocation { get; init; } = new();

    private static int InRange(int value, int low, int high, string name) =>
        value >= low && value <= high ? value : throw new ArgumentOutOfRangeException(name, value, $"{low} to {high}.");
}

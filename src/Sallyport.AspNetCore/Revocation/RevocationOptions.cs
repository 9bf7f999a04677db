using System;
using System.Collections.Generic;
using Sallyport.Certificates.Revocation;

namespace Sallyport.AspNetCore.Revocation;

/// <summary>Where revocation is known from, and what an unknown status means.</summary>
/// <remarks>Everything is read and fetched in the background; a handshake only reads memory. All wrong values are reported together at the start.</remarks>
public sealed class RevocationOptions
{
    /// <summary>What an unknown status means, grace and age; an unknown status refuses by default.</summary>
    public RevocationPolicy Policy { get; set; } = new();

    /// <summary>Lists.</summary>
    public CrlOptions Crl { get; } = new();

    /// <summary>Responders.</summary>
    public OcspOptions Ocsp { get; } = new();

    /// <summary>
    /// The hosts, as <c>name</c> or <c>name:port</c>, that may be asked because a verified certificate names them (CRL distribution
    /// point, OCSP responder); none by default. Without a port, the scheme's own is meant.
    /// </summary>
    public ICollection<string> AllowedHosts { get; } = [];

    /// <summary>
    /// A file with the SHA-256 of certificates that are refused whatever anybody says, one a line; null by default. When it is named
    /// and was never read, nobody is let in.
    /// </summary>
    public string? DenyListFile { get; set; }

    /// <summary>The largest list that is read. 1,024 to 1,073,741,824 octets; 67,108,864 by default.</summary>
    public int MaxCrlBytes { get; set; } = CertificateRevocationList.DefaultMaxBytes;

    /// <summary>How long one fetch may take. 100 milliseconds to 5 minutes; 10 seconds by default.</summary>
    public TimeSpan FetchTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long the start waits for the first fetches. 100 milliseconds to 5 minutes; 15 seconds by default.</summary>
    public TimeSpan StartTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// The age at which a list that its file or URL has not confirmed since counts as outdated, whatever its nextUpdate says; the
    /// grace of <see cref="Policy"/> comes on top. 1 minute to 30 days; 1 day by default.
    /// </summary>
    public TimeSpan MaxSourceAge { get; set; } = TimeSpan.FromDays(1);

    /// <summary>From how long before its end a certificate is reported as expiring. 1 hour to 365 days; 30 days by default.</summary>
    public TimeSpan ExpiryWarning { get; set; } = TimeSpan.FromDays(30);

    /// <summary>Refuses whoever's status is unknown or outdated. The default.</summary>
    /// <returns>These options.</returns>
    public RevocationOptions DenyUnknown()
    {
        Policy = Policy with { Mode = RevocationMode.Required, Grace = TimeSpan.Zero };
        return this;
    }

    /// <summary>Lets a list or answer that was good count for a while after its time; whoever was never known stays refused.</summary>
    /// <param name="grace">How long. Zero to 30 days.</param>
    /// <returns>These options.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="grace"/> is outside of zero to 30 days.</exception>
    public RevocationOptions AllowWithinGrace(TimeSpan grace)
    {
        Policy = Policy with { Mode = RevocationMode.Required, Grace = grace };
        return this;
    }
}

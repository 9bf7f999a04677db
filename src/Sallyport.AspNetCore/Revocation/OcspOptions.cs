using System;
using System.Collections.Generic;

namespace Sallyport.AspNetCore.Revocation;

/// <summary>Whom OCSP asks, in the background, about certificates that were seen.</summary>
/// <remarks>The responders that certificates name are asked only where <see cref="RevocationOptions.AllowedHosts"/> says so.</remarks>
public sealed class OcspOptions
{
    /// <summary>The operator's responders: asked about every certificate, in this order, before any that a certificate names.</summary>
    public IList<Uri> Responders { get; } = [];

    /// <summary>How often a certificate is asked about, whatever the answer's nextUpdate says. 10 seconds to 1 day; 5 minutes by default.</summary>
    public TimeSpan Refresh { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>The most certificates that are kept in mind. 1 to 1,000,000; 10,000 by default. Beyond, the longest unseen is forgotten.</summary>
    public int MaxWatched { get; set; } = 10_000;

    /// <summary>How long after it was last seen a certificate is asked about. 1 minute to 30 days; 1 day by default.</summary>
    public TimeSpan ForgetAfter { get; set; } = TimeSpan.FromDays(1);

    /// <summary>Whether an answer without the nonce that was sent counts (responders of RFC 5019); false by default.</summary>
    /// <remarks>Then whoever is between can repeat an old answer until its nextUpdate.</remarks>
    public bool UnsafeAllowMissingNonce { get; set; }

    /// <summary>Adds a responder.</summary>
    /// <param name="uri">Where: <c>http</c> or <c>https</c>.</param>
    /// <returns>These options.</returns>
    public OcspOptions Responder(Uri uri)
    {
        Responders.Add(uri);
        return this;
    }
}

using System;

namespace Sallyport.AspNetCore.Revocation;

/// <summary>A URL that a CRL is fetched from.</summary>
public sealed class CrlUrl
{
    /// <summary>Where: <c>http</c> or <c>https</c>, without user name. A list is signed, so plain HTTP is enough.</summary>
    public required Uri Uri { get; set; }

    /// <summary>How often it is asked, whatever the list's nextUpdate says. 1 second to 7 days; 5 minutes by default.</summary>
    public TimeSpan Refresh { get; set; } = TimeSpan.FromMinutes(5);
}

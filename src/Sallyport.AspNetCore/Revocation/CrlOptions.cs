using System;
using System.Collections.Generic;

namespace Sallyport.AspNetCore.Revocation;

/// <summary>Where certificate revocation lists come from.</summary>
/// <remarks>A list counts only when a configured anchor or intermediate signed it. The URLs that certificates name are asked only where
/// <see cref="RevocationOptions.AllowedHosts"/> says so.</remarks>
public sealed class CrlOptions
{
    /// <summary>Files with lists, PEM (one or several) or DER (one); looked at as often as <see cref="Trust.TrustOptions.PollInterval"/> says.</summary>
    public IList<string> Files { get; } = [];

    /// <summary>URLs with lists.</summary>
    public IList<CrlUrl> Urls { get; } = [];

    /// <summary>How often the allowed distribution points of certificates are asked. 1 second to 7 days; 5 minutes by default.</summary>
    public TimeSpan DistributionPointRefresh { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Adds a file.</summary>
    /// <param name="path">The file, relative to the content root.</param>
    /// <returns>These options.</returns>
    public CrlOptions AddFile(string path)
    {
        Files.Add(path);
        return this;
    }

    /// <summary>Adds a URL.</summary>
    /// <param name="uri">Where.</param>
    /// <param name="refresh">How often it is asked; null for 5 minutes.</param>
    /// <returns>These options.</returns>
    public CrlOptions AddUrl(Uri uri, TimeSpan? refresh = null)
    {
        var url = new CrlUrl { Uri = uri };
        url.Refresh = refresh ?? url.Refresh;
        Urls.Add(url);
        return this;
    }
}

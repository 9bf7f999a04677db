using System;
using System.Collections.Immutable;
using System.Linq;
using Sallyport.Tls.Http;

namespace Sallyport.Scan.Transport;

/// <summary>A cookie is a browser's credential, and a browser says with every write which page sent it: the control of a server that looks at that must say it too.</summary>
/// <remarks>Fetch Metadata Request Headers, section 2; RFC 6454, section 7.</remarks>
internal static class OwnPage
{
    private static readonly ImmutableArray<string> s_safe = ["GET", "HEAD", "OPTIONS", "TRACE"];
    private static readonly ImmutableArray<string> s_source = ["origin", "referer", "sec-fetch-site"];

    /// <summary>A write as a page of the target sends it; any other request, and one that says itself where it comes from, as it is.</summary>
    /// <param name="request">The request, with its Host.</param>
    public static RawHttpRequest Sends(RawHttpRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return s_safe.Contains(request.Method, StringComparer.OrdinalIgnoreCase)
            || request.Headers.Any(header => s_source.Contains(header.Name, StringComparer.OrdinalIgnoreCase))
            ? request
            : request with { Headers = [.. request.Headers, new("origin", $"{request.Scheme}://{request.Host}"), new("sec-fetch-site", "same-origin")] };
    }
}

using System.Linq;

namespace Sallyport.Tls.Http.Hpack;

/// <summary>The 61 entries that every HPACK peer knows.</summary>
/// <remarks>RFC 7541, appendix A.</remarks>
internal static class HpackStaticTable
{
    private const string Text =
        ":authority=|:method=GET|:method=POST|:path=/|:path=/index.html|:scheme=http|:scheme=https|:status=200|:status=204|:status=206|"
        + ":status=304|:status=400|:status=404|:status=500|accept-charset=|accept-encoding=gzip, deflate|accept-language=|accept-ranges=|"
        + "accept=|access-control-allow-origin=|age=|allow=|authorization=|cache-control=|content-disposition=|content-encoding=|"
        + "content-language=|content-length=|content-location=|content-range=|content-type=|cookie=|date=|etag=|expect=|expires=|from=|host=|"
        + "if-match=|if-modified-since=|if-none-match=|if-range=|if-unmodified-since=|last-modified=|link=|location=|max-forwards=|"
        + "proxy-authenticate=|proxy-authorization=|range=|referer=|refresh=|retry-after=|server=|set-cookie=|strict-transport-security=|"
        + "transfer-encoding=|user-agent=|vary=|via=|www-authenticate=";

    /// <summary>Entry number 1 stands at index 0.</summary>
    internal static HttpHeader[] Entries { get; } =
        [.. Text.Split('|').Select(static entry => entry.Split('=')).Select(static parts => new HttpHeader(parts[0], parts[1]))];
}

using System.Collections.Immutable;
using Sallyport.Tls.Http;

namespace Sallyport.Scan.Checks.Changes;

/// <summary>What a browser says of where a request comes from (Fetch Metadata; RFC 6454, section 7).</summary>
internal static class CrossSite
{
    /// <summary>The site of an attacker. Nothing is ever sent there.</summary>
    public const string Evil = "https://evil.example";

    /// <summary>A form of another site's page that sends itself.</summary>
    /// <param name="origin">The other site's origin.</param>
    public static ImmutableArray<HttpHeader> Form(string origin) =>
    [
        new("origin", origin), new("referer", origin == "null" ? Evil + "/" : origin + "/"), new("sec-fetch-site", "cross-site"),
        new("sec-fetch-mode", "navigate"), new("sec-fetch-dest", "document"),
    ];

    /// <summary>A link of another site's page, or an address that its script goes to.</summary>
    public static ImmutableArray<HttpHeader> Link { get; } =
    [
        new("referer", Evil + "/"), new("sec-fetch-site", "cross-site"), new("sec-fetch-mode", "navigate"), new("sec-fetch-dest", "document"),
    ];

    /// <summary>A page of the target's own.</summary>
    /// <param name="context">The target.</param>
    public static ImmutableArray<HttpHeader> Own(CheckContext context) =>
        [new("origin", OriginOf(context)), new("sec-fetch-site", "same-origin"), new("sec-fetch-mode", "cors"), new("sec-fetch-dest", "empty")];

    /// <summary>The target's origin as browsers write it.</summary>
    /// <param name="context">The target.</param>
    public static string OriginOf(CheckContext context) => $"{(context.Request.Target.Tls ? "https" : "http")}://{context.Request.Target.Authority}";
}

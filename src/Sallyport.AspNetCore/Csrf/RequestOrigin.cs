using System;
using System.Collections.Frozen;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;

namespace Sallyport.AspNetCore.Csrf;

/// <summary>Decides by what browsers say of themselves whether a request that changes state comes from another site.</summary>
/// <remarks>Fetch Metadata (Sec-Fetch-Site) first, Origin (RFC 6454) where there is none; a program that sends neither, and no cookie, is no browser.</remarks>
internal static class RequestOrigin
{
    /// <summary>Whether the request can change something. A WebSocket can, though it begins with GET.</summary>
    public static bool ChangesState(HttpRequest request) => request.Method is not ("GET" or "HEAD" or "OPTIONS") || IsUpgrade(request);

    /// <summary>Judges a request that changes state.</summary>
    /// <returns>Why it is refused; null when it is not.</returns>
    public static string? Judge(HttpRequest request, FrozenSet<string> trusted)
    {
        StringValues origins = request.Headers.Origin;
        StringValues sites = request.Headers["Sec-Fetch-Site"];
        if (origins.Count > 1 || sites.Count > 1)
        {
            return "several-headers";
        }

        bool isKnown = origins.Count == 1 && trusted.Contains(origins[0] ?? "");
        if (sites.Count == 1)
        {
            bool isOwn = sites[0] is "same-origin" or "none";
            return !isOwn && !isKnown ? "sec-fetch-site"
                : IsUpgrade(request) && origins.Count == 1 && !isKnown && !IsOwn(request, origins[0]) ? "origin"
                : null;
        }

        return origins.Count == 1
            ? isKnown || IsOwn(request, origins[0]) ? null : "origin"
            : request.Headers.Cookie.Count > 0 ? "cookie-without-origin" : null;
    }

    /// <summary>Whether a text is an origin as browsers write it: scheme, host in lower case, and no default port.</summary>
    public static bool IsOrigin(string? text) =>
        Uri.TryCreate(text, UriKind.Absolute, out Uri? uri)
        && (uri.Scheme == Uri.UriSchemeHttps || uri.Scheme == Uri.UriSchemeHttp)
        && string.Equals(text, uri.GetLeftPart(UriPartial.Authority), StringComparison.Ordinal)
        && uri.UserInfo.Length == 0;

    private static bool IsUpgrade(HttpRequest request) =>
        request.Headers.Upgrade.Count > 0 || request.HttpContext.Features.Get<IHttpExtendedConnectFeature>()?.IsExtendedConnect == true;

    private static bool IsOwn(HttpRequest request, string? origin)
    {
        (string scheme, string port) = request.IsHttps ? ("https://", ":443") : ("http://", ":80");
        return origin is not null
            && request.Host.Value is { Length: > 0 } host
            && origin.StartsWith(scheme, StringComparison.Ordinal)
            && WithoutPort(origin.AsSpan(scheme.Length), port).Equals(WithoutPort(host, port), StringComparison.OrdinalIgnoreCase);
    }

    private static ReadOnlySpan<char> WithoutPort(ReadOnlySpan<char> authority, string port) =>
        authority.EndsWith(port, StringComparison.Ordinal) ? authority[..^port.Length] : authority;
}

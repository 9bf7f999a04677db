using System;
using System.Collections.Frozen;
using Microsoft.AspNetCore.Http;

namespace OrdersApi.App.Sessions;

/// <summary>The cookie of a session: this host's alone, over TLS alone, out of reach of scripts, not sent along from elsewhere.</summary>
internal static class SessionCookie
{
    /// <summary>The prefix holds browsers to Secure, Path=/ and no Domain (RFC 6265bis, section 4.1.3.2).</summary>
    public static string NameFor(FrozenSet<Weakness> weak) => weak.Contains(Weakness.PoorCookie) ? "orders_session" : "__Host-orders";

    /// <summary>The id that the request brings; null when it brings none, or two.</summary>
    public static string? Of(HttpContext context, FrozenSet<Weakness> weak) => context.Request.Cookies.TryGetValue(NameFor(weak), out var id) ? id : null;

    public static void Set(HttpContext context, Session session, FrozenSet<Weakness> weak) =>
        context.Response.Cookies.Append(NameFor(weak), session.Id, Options(weak, ends: false));

    public static void Clear(HttpContext context, FrozenSet<Weakness> weak) => context.Response.Cookies.Append(NameFor(weak), "", Options(weak, ends: true));

    private static CookieOptions Options(FrozenSet<Weakness> weak, bool ends)
    {
        DateTimeOffset? until = ends ? DateTimeOffset.UnixEpoch : null;
        return weak.Contains(Weakness.PoorCookie)
            ? new CookieOptions { Path = "/", Expires = until }
            : new CookieOptions { Path = "/", Secure = true, HttpOnly = true, SameSite = SameSiteMode.Lax, Expires = until };
    }
}

using System;
using System.Collections.Frozen;
using Microsoft.AspNetCore.Http;

namespace OrdersApi.App.Sessions;

/// <summary>The cookie of a session: this host's alone, over TLS alone, out of reach of scripts, not sent along from elsewhere.</summary>
internal static class SessionCookie
{
    public const string Name = "__Host-orders";

    /// <summary>The id that the request brings; null when it brings none, or two.</summary>
    public static string? Of(HttpContext context) => context.Request.Cookies.TryGetValue(Name, out var id) ? id : null;

    public static void Set(HttpContext context, Session session, FrozenSet<Weakness> weak)
    {
        _ = weak;
        context.Response.Cookies.Append(Name, session.Id, new CookieOptions { Path = "/", Secure = true, HttpOnly = true, SameSite = SameSiteMode.Lax });
    }

    public static void Clear(HttpContext context) =>
        context.Response.Cookies.Append(
            Name, "", new CookieOptions { Path = "/", Secure = true, HttpOnly = true, SameSite = SameSiteMode.Lax, Expires = DateTimeOffset.UnixEpoch });
}

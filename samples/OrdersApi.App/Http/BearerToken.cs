using System;
using System.Collections.Frozen;
using Microsoft.AspNetCore.Http;

namespace OrdersApi.App.Http;

/// <summary>Where a token may stand: once, in the Authorization header (RFC 6750, section 2.1).</summary>
internal static class BearerToken
{
    private const string Scheme = "Bearer ";

    public static string? Of(HttpContext context, FrozenSet<Weakness> weak) => Of(context) ?? (weak.Contains(Weakness.TokenAnywhere) ? Elsewhere(context) : null);

    private static string? Of(HttpContext context) =>
        context.Request.Headers.Authorization is [{ } value] && value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) && value.Length > Scheme.Length
            ? value[Scheme.Length..]
            : null;

    private static string? Elsewhere(HttpContext context) => context.Request.Query["access_token"] is [{ Length: > 0 } query]
        ? query
        : context.Request.Cookies.TryGetValue("access_token", out var cookie) ? cookie : null;
}

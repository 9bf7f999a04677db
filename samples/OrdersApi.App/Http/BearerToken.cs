using System;
using Microsoft.AspNetCore.Http;

namespace OrdersApi.App.Http;

/// <summary>Where a token may stand: once, in the Authorization header (RFC 6750, section 2.1).</summary>
internal static class BearerToken
{
    private const string Scheme = "Bearer ";

    public static string? Of(HttpContext context) =>
        context.Request.Headers.Authorization is [{ } value] && value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) && value.Length > Scheme.Length
            ? value[Scheme.Length..]
            : null;
}

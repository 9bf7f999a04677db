using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace OrdersApi.App.Http;

/// <summary>Errors as problem+json (RFC 9457): what the caller did wrong, and nothing of the inside.</summary>
internal static class Problem
{
    public static Task Write(HttpContext context, int status, string title)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(new { type = "about:blank", title, status }, options: null, "application/problem+json", context.RequestAborted);
    }

    public static Task NotFound(HttpContext context) => Write(context, StatusCodes.Status404NotFound, "not found");

    /// <summary>The same for what is somebody else's and for what does not exist: otherwise the answer tells which.</summary>
    public static Task NotYours(HttpContext context) => Write(context, StatusCodes.Status403Forbidden, "not yours");

    public static Task Bad(HttpContext context, string title) => Write(context, StatusCodes.Status400BadRequest, title);

    /// <summary>What was read, or who asks, is not the same any more: 412 to who set a condition, 409 to who set none (RFC 9110, sections 13.1.1 and 15.5.10).</summary>
    public static Task Changed(HttpContext context) => Write(
        context,
        context.Request.Headers.ContainsKey(HeaderNames.IfMatch) ? StatusCodes.Status412PreconditionFailed : StatusCodes.Status409Conflict,
        "changed in between: read again");

    public static Task Conflict(HttpContext context, string title) => Write(context, StatusCodes.Status409Conflict, title);
}

using System.Globalization;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace OrdersApi.App.Http;

/// <summary>Answers that went well.</summary>
internal static class Answers
{
    public static Task Json<T>(HttpContext context, T body, int status = StatusCodes.Status200OK)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(body, context.RequestAborted);
    }

    public static Task Created<T>(HttpContext context, string location, T body)
    {
        context.Response.Headers.Location = location;
        return Json(context, body, StatusCodes.Status201Created);
    }

    public static Task NoContent(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    public static async Task Html(HttpContext context, string html, int status = StatusCodes.Status200OK)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/html; charset=utf-8";
        await context.Response.WriteAsync(html, context.RequestAborted);
    }

    /// <summary>On to a page, by GET (RFC 9110, section 15.4.4).</summary>
    public static Task SeeOther(HttpContext context, string location)
    {
        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.Location = location;
        return Task.CompletedTask;
    }

    /// <summary>The entity tag of a version.</summary>
    public static string Tag(long version) => string.Create(CultureInfo.InvariantCulture, $"\"v{version}\"");

    /// <summary>Whether the caller's If-Match holds, when there is one (RFC 9110, section 13.1.1). Answers 412 or 428 in its place when not.</summary>
    public static async Task<bool> MatchesAsync(HttpContext context, long version, bool demanded)
    {
        var condition = context.Request.Headers[HeaderNames.IfMatch];
        if (Switches.Has(context, Weakness.IfMatchIgnored))
        {
            return true;
        }

        if (condition.Count == 0 && demanded)
        {
            await Problem.Write(context, StatusCodes.Status428PreconditionRequired, "If-Match is needed: read first");
            return false;
        }

        if (condition.Count > 0 && condition != Tag(version) && condition != "*")
        {
            await Problem.Write(context, StatusCodes.Status412PreconditionFailed, "changed in between: read again");
            return false;
        }

        return true;
    }
}

using System;
using System.Collections.Frozen;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;

namespace OrdersApi.App.Http;

/// <summary>What every answer says of itself, and what becomes of an error.</summary>
internal sealed class ResponseRules(FrozenSet<Weakness> weak)
{
    public async Task ApplyAsync(HttpContext context, RequestDelegate next)
    {
        context.Features.Set(new Switches(weak));
        if (weak.Contains(Weakness.MethodOverride) && context.Request.Headers["X-HTTP-Method-Override"] is [{ Length: > 0 } method])
        {
            context.Request.Method = method;
        }

        context.Response.OnStarting(() =>
        {
            Mark(context);
            return Task.CompletedTask;
        });
        try
        {
            await next(context);
        }
        catch (BadHttpRequestException e) when (!context.Response.HasStarted)
        {
            await FailAsync(context, e.StatusCode, "the request cannot be read");
        }
        catch (Exception e) when (e is not OperationCanceledException && !context.Response.HasStarted)
        {
            // The inside of a failure is nobody's business, unless a weakness tells it, with the host that it happened on.
            var title = weak.Contains(Weakness.TalkativeErrors) ? $"orders-7 (10.20.0.14): {e}" : "something went wrong here";
            await FailAsync(context, StatusCodes.Status500InternalServerError, title);
        }

        if (context.Response is { StatusCode: StatusCodes.Status405MethodNotAllowed, HasStarted: false })
        {
            await Problem.Write(context, StatusCodes.Status405MethodNotAllowed, "not with this method");
        }
    }

    private static Task FailAsync(HttpContext context, int status, string title)
    {
        context.Response.Clear();
        return Problem.Write(context, status, title);
    }

    private void Mark(HttpContext context)
    {
        var headers = context.Response.Headers;
        if (context.Request.IsHttps && !weak.Contains(Weakness.NoStrictTransport))
        {
            headers.StrictTransportSecurity = "max-age=63072000; includeSubDomains";
        }

        if (weak.Contains(Weakness.ReflectedOrigin) && context.Request.Headers.Origin is [{ } origin])
        {
            headers.AccessControlAllowOrigin = origin;
            headers.AccessControlAllowCredentials = "true";
        }

        if (weak.Contains(Weakness.Banner))
        {
            headers.Server = "Kestrel/10.0.1";
            headers.XPoweredBy = "ASP.NET Core 10.0.1";
        }

        if (headers.CacheControl.Count == 0)
        {
            headers.CacheControl = "no-store";
        }

        if (weak.Contains(Weakness.NoSecurityHeaders))
        {
            return;
        }

        headers.XContentTypeOptions = "nosniff";

        if (context.Response.ContentType?.StartsWith("text/html", StringComparison.Ordinal) == true)
        {
            headers.ContentSecurityPolicy = "default-src 'none'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";
            headers.XFrameOptions = "DENY";
            headers["Referrer-Policy"] = "no-referrer";
        }
    }
}

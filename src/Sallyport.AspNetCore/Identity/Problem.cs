using System;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;

namespace Sallyport.AspNetCore.Identity;

/// <summary>A refusal as RFC 9457 writes it: the status in words and nothing that helps an attacker. The reason is in the audit trail.</summary>
internal static class Problem
{
    public const string ContentType = "application/problem+json";

    /// <summary>No scheme is registered for TLS client certificates; RFC 9110, section 11.6.1 wants one named all the same.</summary>
    public const string Scheme = "Certificate";

    private static ReadOnlySpan<byte> Unauthorized => "{\"type\":\"about:blank\",\"title\":\"Unauthorized\",\"status\":401}"u8;

    private static ReadOnlySpan<byte> Forbidden => "{\"type\":\"about:blank\",\"title\":\"Forbidden\",\"status\":403}"u8;

    public static Task WriteAsync(HttpContext context, int status)
    {
        ArgumentNullException.ThrowIfNull(context);
        HttpResponse response = context.Response;
        response.StatusCode = status;
        response.ContentType = ContentType;
        response.Headers.CacheControl = "no-store";
        if (status == StatusCodes.Status401Unauthorized && response.Headers.WWWAuthenticate.Count == 0)
        {
            response.Headers.WWWAuthenticate = Scheme;
        }

        byte[] body = (status == StatusCodes.Status401Unauthorized ? Unauthorized : Forbidden).ToArray();
        response.ContentLength = body.Length;
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : response.Body.WriteAsync(body, context.RequestAborted).AsTask();
    }
}

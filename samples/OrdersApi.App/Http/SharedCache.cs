using System;
using System.Collections.Concurrent;
using System.IO;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;

namespace OrdersApi.App.Http;

/// <summary>A cache in front of the API that knows an answer by its URL and nothing else. Only a weakness puts it there; it keeps what has a query.</summary>
internal sealed class SharedCache(TimeProvider time)
{
    private const int Most = 1_000;
    private static readonly TimeSpan _life = TimeSpan.FromSeconds(60);
    private readonly ConcurrentDictionary<string, Kept> _kept = new(StringComparer.Ordinal);

    public async Task ServeAsync(HttpContext context, RequestDelegate next)
    {
        if (!HttpMethods.IsGet(context.Request.Method) || !context.Request.QueryString.HasValue || context.WebSockets.IsWebSocketRequest)
        {
            await next(context);
            return;
        }

        var key = context.Request.Path + context.Request.QueryString.ToString();
        var now = time.GetUtcNow();
        context.Response.Headers.CacheControl = "public, max-age=60";
        if (_kept.TryGetValue(key, out var kept) && now - kept.Since < _life)
        {
            context.Response.ContentType = kept.Type;
            context.Response.Headers["X-Cache"] = "HIT";
            await context.Response.Body.WriteAsync(kept.Body, context.RequestAborted);
            return;
        }

        var body = context.Response.Body;
        using var buffer = new MemoryStream();
        context.Response.Body = buffer;
        try
        {
            await next(context);
        }
        finally
        {
            context.Response.Body = body;
        }

        if (context.Response.StatusCode == StatusCodes.Status200OK && _kept.Count < Most)
        {
            _kept[key] = new Kept(buffer.ToArray(), context.Response.ContentType, now);
        }

        await body.WriteAsync(buffer.GetBuffer().AsMemory(0, (int)buffer.Length), context.RequestAborted);
    }

    private sealed record Kept(byte[] Body, string? Type, DateTimeOffset Since);
}

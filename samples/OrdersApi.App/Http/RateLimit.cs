using System;
using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Globalization;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;

namespace OrdersApi.App.Http;

/// <summary>How much one client may ask in a window; counted by certificate, said in every answer.</summary>
internal sealed class RateLimit(FrozenSet<Weakness> weak, int most, TimeProvider time)
{
    private static readonly TimeSpan _window = TimeSpan.FromSeconds(10);
    private readonly ConcurrentDictionary<string, Count> _counts = new(StringComparer.Ordinal);

    public async Task CheckAsync(HttpContext context, RequestDelegate next)
    {
        if (weak.Contains(Weakness.NoRateLimit))
        {
            await next(context);
            return;
        }

        var now = time.GetUtcNow().Ticks / _window.Ticks;
        var used = _counts.AddOrUpdate(
            KeyOf(context), _ => new Count(now, 1), (_, count) => count.Window == now ? count with { Used = count.Used + 1 } : new Count(now, 1)).Used;
        var left = Math.Max(0, most - used);
        var reset = (((now + 1) * _window.Ticks) - time.GetUtcNow().Ticks) / TimeSpan.TicksPerSecond;
        context.Response.Headers["RateLimit-Limit"] = Text(most);
        context.Response.Headers["RateLimit-Remaining"] = Text(left);
        context.Response.Headers["RateLimit-Reset"] = Text(Math.Max(0, reset));
        if (used > most)
        {
            context.Response.Headers.RetryAfter = Text(Math.Max(1, reset));
            await Problem.Write(context, StatusCodes.Status429TooManyRequests, "too many requests");
            return;
        }

        await next(context);
    }

    private string KeyOf(HttpContext context) =>
        weak.Contains(Weakness.SpoofedRateLimit) && context.Request.Headers["X-Forwarded-For"] is [{ Length: > 0 } claimed]
            ? claimed
            : context.Connection.ClientCertificate is { } certificate ? CallerGate.Thumbprint(certificate) : context.Connection.RemoteIpAddress?.ToString() ?? "";

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private sealed record Count(long Window, int Used);
}

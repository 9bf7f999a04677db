using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;

namespace Sallyport.AspNetCore.Audit;

/// <summary>The outermost gate: a request whose record could not be written is answered 503, not let through and not refused in silence.</summary>
internal sealed class AuditGate(CurrentRequest current)
{
    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        using var request = current.Enter(context);
        try
        {
            await next(context);
            await current.SettleAsync();
        }
        catch (AuditUnavailableException)
        {
            // The trail has logged it. What has begun to be answered cannot be taken back, only ended.
            if (context.Response.HasStarted)
            {
                context.Abort();
                return;
            }

            context.Response.Clear();
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            context.Response.Headers.RetryAfter = "5";
            context.Response.Headers.CacheControl = "no-store";
        }
    }
}

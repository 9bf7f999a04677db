using System;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;

namespace Sallyport.AspNetCore.Audit;

/// <summary>The outermost gate: a request whose record could not be written is answered 503, not let through and not refused in silence.</summary>
/// <remarks>It is what lasts as long as a request does: whoever has something to do at its end leaves that with what it holds, so that there is one such gate and not one in another.</remarks>
internal sealed class AuditGate(CurrentRequest current)
{
    public async Task InvokeAsync(HttpContext context, Func<HttpContext, GuardedRequest, Task> next)
    {
        using var request = current.Enter(context);
        try
        {
            try
            {
                await next(context, request);
            }
            catch (Exception e) when (request.Answers(e))
            {
                await request.AnswerAsync(e);
            }

            if (request.Awaited is { } awaited)
            {
                await awaited.SettleAsync();
            }
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

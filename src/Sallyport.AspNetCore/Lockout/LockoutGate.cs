using System;
using System.Globalization;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using Sallyport.AspNetCore.Audit;

namespace Sallyport.AspNetCore.Lockout;

/// <summary>Refuses the requests of an account that is locked, and says until when. After authentication, before authorization.</summary>
internal sealed class LockoutGate(ILockout lockout, IAuditTrail audit)
{
    public Task InvokeAsync(HttpContext context, RequestDelegate next) =>
        context.Features.Get<ICallerFeature>() is { } caller && lockout.LockedFor(caller.Identity.Name) is { } left
            ? RefuseAsync(context, left)
            : next(context);

    private async Task RefuseAsync(HttpContext context, TimeSpan left)
    {
        await audit.RecordAsync(RequestEvents.Refused(context, AuditReasons.LockedOut), context.RequestAborted);
        context.Response.StatusCode = StatusCodes.Status429TooManyRequests;
        context.Response.Headers.RetryAfter = ((long)Math.Ceiling(left.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        context.Response.Headers.CacheControl = "no-store";
    }
}

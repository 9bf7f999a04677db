using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Sallyport.AspNetCore.Audit;

/// <summary>The innermost gate: on option, records a request that passed all others before its endpoint runs.</summary>
internal sealed class AcceptedGate(IOptions<SallyportOptions> options, IAuditTrail audit)
{
    /// <summary>Whether it records anything.</summary>
    public bool Records { get; } = options.Value.Audit.RecordAccepted;

    public Task InvokeAsync(HttpContext context, RequestDelegate next) => Records ? RecordAsync(context, next) : next(context);

    private async Task RecordAsync(HttpContext context, RequestDelegate next)
    {
        await audit.RecordAsync(RequestEvents.Accepted(context), context.RequestAborted);
        await next(context);
    }
}

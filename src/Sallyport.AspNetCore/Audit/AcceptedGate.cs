using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;

namespace Sallyport.AspNetCore.Audit;

/// <summary>The innermost gate: on option, records a request that passed all others before its endpoint runs.</summary>
internal sealed class AcceptedGate(IOptions<SallyportOptions> options, IAuditTrail audit)
{
    private readonly bool _records = options.Value.Audit.RecordAccepted;

    public Task InvokeAsync(HttpContext context, RequestDelegate next) => _records ? RecordAsync(context, next) : next(context);

    private async Task RecordAsync(HttpContext context, RequestDelegate next)
    {
        ICallerFeature? caller = context.Features.Get<ICallerFeature>();
        await audit.RecordAsync(
            new AuditEvent
            {
                Kind = AuditKind.Accepted,
                Reason = AuditReasons.RequestAccepted,
                Remote = context.Connection.RemoteIpAddress,
                Certificate = caller?.Certificate.Thumbprint,
                Identity = caller?.Identity.Name,
                Route = AuditRoute.Of(context),
            },
            context.RequestAborted);
        await next(context);
    }
}

/// <summary>What a record calls a request: method and route template, which hold no value of the peer's; the path only where no route was found.</summary>
internal static class AuditRoute
{
    public static string Of(HttpContext context) =>
        (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText is { } template
            ? $"{context.Request.Method} {template}"
            : $"{context.Request.Method} {context.Request.Path}";
}

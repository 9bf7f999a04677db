using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Sallyport.AspNetCore.Audit;

namespace Sallyport.AspNetCore;

/// <summary>Tells the audit trail of a request: who, from where, which route. Never what it carried.</summary>
internal static class RequestEvents
{
    public static AuditEvent Refused(HttpContext context, string reason) => Of(context, AuditKind.Refused, reason);

    public static AuditEvent Accepted(HttpContext context) => Of(context, AuditKind.Accepted, AuditReasons.RequestAccepted);

    public static AuditEvent Changed(HttpContext context, string reason) => Of(context, AuditKind.Changed, reason);

    private static AuditEvent Of(HttpContext context, AuditKind kind, string reason)
    {
        ICallerFeature? caller = context.Features.Get<ICallerFeature>();
        IPAddress? remote = context.Connection.RemoteIpAddress;
        string? template = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText;
        return new AuditEvent
        {
            Kind = kind,
            Reason = reason,
            Remote = remote,
            Certificate = caller?.Certificate.Thumbprint,
            Identity = caller?.Identity.Name,
            Route = template is null ? context.Request.Method : $"{context.Request.Method} {template}",
        };
    }
}

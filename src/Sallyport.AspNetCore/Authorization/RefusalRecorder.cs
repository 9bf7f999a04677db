using System;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Sallyport.AspNetCore.Audit;

namespace Sallyport.AspNetCore.Authorization;

/// <summary>Takes refusals down in the audit trail where they are made, so that none is lost by a catch.</summary>
internal sealed class RefusalRecorder(IAuditTrail audit, CurrentRequest current)
{
    /// <summary>The refusal as an exception, once its record is kept.</summary>
    public async ValueTask<UseRefusedException> RefuseAsync(
        ICallerFeature? caller, UseRefusal refusal, string detail, CancellationToken cancellationToken, Exception? inner = null)
    {
        await audit.RecordAsync(Event(caller, refusal, detail), cancellationToken);
        return new UseRefusedException(refusal, detail, inner);
    }

    /// <summary>The refusal as an exception, its record queued: for places that cannot wait.</summary>
    public UseRefusedException Refuse(ICallerFeature? caller, UseRefusal refusal, string detail, Exception? inner = null)
    {
        Note(caller, refusal, detail);
        return new UseRefusedException(refusal, detail, inner);
    }

    public void Note(ICallerFeature? caller, UseRefusal refusal, string detail) => audit.Note(Event(caller, refusal, detail));

    /// <summary>Method and route template.</summary>
    public static string Route(HttpContext context) =>
        $"{context.Request.Method} {(context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "(none)"}";

    private AuditEvent Event(ICallerFeature? caller, UseRefusal refusal, string detail)
    {
        var context = current.Context;
        return new AuditEvent
        {
            Kind = AuditKind.Refused,
            Reason = $"{(refusal is UseRefusal.NotAllowed or UseRefusal.NotFound or UseRefusal.NoCaller ? AuditReasons.PolicyRefused : AuditReasons.UseStale)}:{refusal}",
            Remote = context?.Connection.RemoteIpAddress,
            Certificate = caller?.Certificate.Thumbprint,
            Identity = caller?.Identity.Name,
            Route = context is null ? null : Route(context),
            Detail = detail,
        };
    }
}

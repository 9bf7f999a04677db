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

    /// <summary>The refusal as an exception, for places that cannot wait: the answer to the request waits for its record.</summary>
    public UseRefusedException Refuse(ICallerFeature? caller, UseRefusal refusal, string detail, Exception? inner = null)
    {
        Note(caller, refusal, detail);
        return new UseRefusedException(refusal, detail, inner);
    }

    /// <summary>Begins a refusal's record: the answer to the request waits for it; where there is none to come, it is queued.</summary>
    public void Note(ICallerFeature? caller, UseRefusal refusal, string detail)
    {
        AuditEvent happened = Event(caller, refusal, detail);
        if (!current.TryAwait(() => audit.RecordAsync(happened, CancellationToken.None).AsTask()))
        {
            audit.Note(happened);
        }
    }

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

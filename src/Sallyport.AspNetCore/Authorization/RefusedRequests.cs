using System.Linq;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using Microsoft.AspNetCore.Http;
using Sallyport.AspNetCore.Audit;

namespace Sallyport.AspNetCore.Authorization;

/// <summary>Records what the policies of a route refused, before the answer starts; then answers as the framework does.</summary>
internal sealed class RefusedRequests(IAuditTrail audit) : IAuthorizationMiddlewareResultHandler
{
    private readonly AuthorizationMiddlewareResultHandler _framework = new();

    public async Task HandleAsync(RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
    {
        if (authorizeResult.Succeeded)
        {
            await next(context);
            return;
        }

        var reasons = authorizeResult.AuthorizationFailure?.FailureReasons.ToList() ?? [];
        await RecordAsync(audit, context, reasons.Count == 0 ? "no requirement was met" : string.Join("; ", reasons.Select(reason => reason.Message)));

        // What is not yours looks like what is not there: the answer tells nobody which keys exist.
        if (reasons.OfType<ResourceFailure>().Any(failure => failure.Refusal is UseRefusal.NotAllowed or UseRefusal.NotFound))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        await _framework.HandleAsync(next, context, policy, authorizeResult);
    }

    public static ValueTask RecordAsync(IAuditTrail audit, HttpContext context, string detail)
    {
        var caller = context.Features.Get<ICallerFeature>();
        return audit.RecordAsync(
            new AuditEvent
            {
                Kind = AuditKind.Refused,
                Reason = AuditReasons.PolicyRefused,
                Remote = context.Connection.RemoteIpAddress,
                Certificate = caller?.Certificate.Thumbprint,
                Identity = caller?.Identity.Name,
                Route = RefusalRecorder.Route(context),
                Detail = detail,
            },
            context.RequestAborted);
    }
}

using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using Sallyport.AspNetCore.Audit;
using Sallyport.AspNetCore.Identity;

namespace Sallyport.AspNetCore.Sessions;

/// <summary>Finds the session of a request whose certificate is known. A session that does not count is no session, and the request goes on without one.</summary>
internal sealed class SessionGate(SallyportSessions sessions, IAuditTrail audit)
{
    public Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (context.Features.Get<ICallerFeature>() is not { } caller)
        {
            return next(context);
        }

        // The platform's cookie handler protects its cookies under this value: they are bound to the certificate too.
        context.Features.Set<ITlsTokenBindingFeature>(caller is CallerFact fact ? fact.Binding : new CertificateTokenBinding(caller.Certificate.Thumbprint));
        StringValues cookies = context.Request.Headers.Cookie;
        if (cookies.Count == 0)
        {
            return next(context);
        }

        int count = SessionCookie.Read(cookies, SessionCookie.Name, out string? value);
        return count == 0 ? next(context) : EnterAsync(context, next, caller, value);
    }

    private async Task EnterAsync(HttpContext context, RequestDelegate next, ICallerFeature caller, string? value)
    {
        if (await sessions.EnterAsync(context, caller, value) is { } refusal)
        {
            // Costs nobody a lock: an id cannot be guessed, and a browser that changes its certificate sends the cookie of the other.
            await audit.RecordAsync(RequestEvents.Refused(context, $"{AuditReasons.SessionRefused}:{refusal}"), context.RequestAborted);
            SessionCookie.Delete(context.Response, SessionCookie.Name);
        }

        await next(context);
    }
}

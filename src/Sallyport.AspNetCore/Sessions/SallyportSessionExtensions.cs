using System;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Sallyport.AspNetCore.Sessions;

/// <summary>Signs in and out on a request.</summary>
public static class SallyportSessionExtensions
{
    /// <summary>Begins a session under a new id, bound to the request's certificate; one that the request had ends.</summary>
    /// <param name="context">A request whose certificate is known.</param>
    /// <param name="claims">What the application wants to know in the session.</param>
    /// <returns>The session.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="InvalidOperationException">The caller has no certificate, or the response has started.</exception>
    public static Task<BoundSession> SignInSallyportAsync(this HttpContext context, params SessionClaim[] claims)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.RequestServices.GetRequiredService<ISallyportSessions>().SignInAsync(context, claims, context.RequestAborted);
    }

    /// <summary>Ends the request's session on the server, and takes the cookie back.</summary>
    /// <param name="context">The request.</param>
    /// <exception cref="ArgumentNullException"><paramref name="context"/> is null.</exception>
    public static Task SignOutSallyportAsync(this HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.RequestServices.GetRequiredService<ISallyportSessions>().SignOutAsync(context, context.RequestAborted);
    }
}

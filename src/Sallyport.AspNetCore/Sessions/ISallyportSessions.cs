using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;

namespace Sallyport.AspNetCore.Sessions;

/// <summary>Begins and ends sessions of browsers. A session belongs to the certificate and the identity that it began with.</summary>
public interface ISallyportSessions
{
    /// <summary>Begins a session under a new id; one that the request had ends. Call it once the user has shown what more is asked than the certificate.</summary>
    /// <param name="context">A request whose certificate is known.</param>
    /// <param name="claims">What the application wants to know in the session.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The session.</returns>
    /// <exception cref="InvalidOperationException">The caller has no certificate, or the response has started.</exception>
    Task<BoundSession> SignInAsync(HttpContext context, IEnumerable<SessionClaim> claims, CancellationToken cancellationToken);

    /// <summary>Ends the request's session on the server, and takes the cookie back.</summary>
    /// <param name="context">The request.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task SignOutAsync(HttpContext context, CancellationToken cancellationToken);

    /// <summary>Ends every session of an identity: after a changed password, or on its own wish.</summary>
    /// <param name="identity">The identity's name.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>How many there were.</returns>
    Task<int> EndAllAsync(string identity, CancellationToken cancellationToken);
}

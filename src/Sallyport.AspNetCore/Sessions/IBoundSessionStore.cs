using System;
using System.Threading;
using System.Threading.Tasks;

namespace Sallyport.AspNetCore.Sessions;

/// <summary>Where sessions are kept on the server. The default is this process's memory; several nodes register a shared one in its place.</summary>
/// <remarks>An exception refuses the request: nobody is signed in on a guess.</remarks>
public interface IBoundSessionStore
{
    /// <summary>Keeps a new session, and ends the identity's oldest ones beyond a number.</summary>
    /// <param name="session">The session.</param>
    /// <param name="maxPerIdentity">How many the identity may have, this one included.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    ValueTask AddAsync(BoundSession session, int maxPerIdentity, CancellationToken cancellationToken);

    /// <summary>Finds a session.</summary>
    /// <param name="key">The SHA-256 of its cookie's value.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The session; null when there is none.</returns>
    ValueTask<BoundSession?> FindAsync(string key, CancellationToken cancellationToken);

    /// <summary>Notes that a session was used. One that has ended meanwhile must not come back.</summary>
    /// <param name="key">The session.</param>
    /// <param name="usedAt">When.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    ValueTask TouchAsync(string key, DateTimeOffset usedAt, CancellationToken cancellationToken);

    /// <summary>Ends a session; that it has ended already is no error.</summary>
    /// <param name="key">The session.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    ValueTask RemoveAsync(string key, CancellationToken cancellationToken);

    /// <summary>Ends every session of an identity.</summary>
    /// <param name="identity">The identity's name.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>How many there were.</returns>
    ValueTask<int> RemoveAllAsync(string identity, CancellationToken cancellationToken);
}

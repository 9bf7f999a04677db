using System;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.AspNetCore.Sessions;

namespace Sallyport.AspNetCore.Tests.Connections;

/// <summary>Sessions whose look-up counts, and breaks when the test says so.</summary>
internal sealed class SwitchedSessions(IBoundSessionStore kept, Switch state) : IBoundSessionStore
{
    public ValueTask AddAsync(BoundSession session, int maxPerIdentity, CancellationToken cancellationToken) => kept.AddAsync(session, maxPerIdentity, cancellationToken);

    public ValueTask<BoundSession?> FindAsync(string key, CancellationToken cancellationToken)
    {
        state.Ask();
        return kept.FindAsync(key, cancellationToken);
    }

    public ValueTask TouchAsync(string key, DateTimeOffset usedAt, CancellationToken cancellationToken) => kept.TouchAsync(key, usedAt, cancellationToken);

    public ValueTask RemoveAsync(string key, CancellationToken cancellationToken) => kept.RemoveAsync(key, cancellationToken);

    public ValueTask<int> RemoveAllAsync(string identity, CancellationToken cancellationToken) => kept.RemoveAllAsync(identity, cancellationToken);
}

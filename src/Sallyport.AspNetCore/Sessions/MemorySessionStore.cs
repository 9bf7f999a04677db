using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;

namespace Sallyport.AspNetCore.Sessions;

/// <summary>Sessions in this process's memory: bounded by the number of identities, as each has a limited number of them.</summary>
internal sealed class MemorySessionStore(TimeProvider time) : IBoundSessionStore
{
    private static readonly TimeSpan _sweepInterval = TimeSpan.FromMinutes(1);
    private readonly ConcurrentDictionary<string, BoundSession> _sessions = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<string>> _keysByIdentity = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private DateTimeOffset _sweptAt;

    public int Count => _sessions.Count;

    public ValueTask AddAsync(BoundSession session, int maxPerIdentity, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(session);
        lock (_gate)
        {
            Sweep(time.GetUtcNow());
            while (_keysByIdentity.TryGetValue(session.Identity, out HashSet<string>? keys) && keys.Count >= maxPerIdentity)
            {
                Remove(keys.OrderBy(key => _sessions.TryGetValue(key, out BoundSession? other) ? other.CreatedAt : DateTimeOffset.MinValue).First(), session.Identity);
            }

            _sessions[session.Key] = session;
            if (!_keysByIdentity.TryGetValue(session.Identity, out HashSet<string>? own))
            {
                _keysByIdentity[session.Identity] = own = new HashSet<string>(StringComparer.Ordinal);
            }

            own.Add(session.Key);
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask<BoundSession?> FindAsync(string key, CancellationToken cancellationToken) => new(_sessions.GetValueOrDefault(key));

    public ValueTask TouchAsync(string key, DateTimeOffset usedAt, CancellationToken cancellationToken)
    {
        // Replaces what is there and never adds: a session that was ended meanwhile stays ended.
        while (_sessions.TryGetValue(key, out BoundSession? session)
            && session.LastUsedAt < usedAt
            && !_sessions.TryUpdate(key, session with { LastUsedAt = usedAt }, session))
        {
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask RemoveAsync(string key, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_sessions.TryGetValue(key, out BoundSession? session))
            {
                Remove(key, session.Identity);
            }
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask<int> RemoveAllAsync(string identity, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            string[] keys = _keysByIdentity.TryGetValue(identity, out HashSet<string>? all) ? [.. all] : [];
            foreach (string key in keys)
            {
                Remove(key, identity);
            }

            return new(keys.Length);
        }
    }

    private void Remove(string key, string identity)
    {
        _sessions.TryRemove(key, out _);
        if (_keysByIdentity.TryGetValue(identity, out HashSet<string>? keys) && keys.Remove(key) && keys.Count == 0)
        {
            _keysByIdentity.Remove(identity);
        }
    }

    private void Sweep(DateTimeOffset now)
    {
        if (now - _sweptAt < _sweepInterval)
        {
            return;
        }

        _sweptAt = now;
        foreach (BoundSession ended in _sessions.Values.Where(session => session.EndsAt < now).ToList())
        {
            Remove(ended.Key, ended.Identity);
        }
    }
}

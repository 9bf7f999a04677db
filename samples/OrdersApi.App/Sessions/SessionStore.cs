using System;
using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace OrdersApi.App.Sessions;

/// <summary>The sessions, kept at the server: an id means nothing elsewhere and ends when it is taken out here.</summary>
internal sealed class SessionStore(TimeProvider time)
{
    private const int Most = 10_000;
    private static readonly TimeSpan _idle = TimeSpan.FromMinutes(15);

    private readonly ConcurrentDictionary<string, Session> _sessions = new(StringComparer.Ordinal);
    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);

    /// <summary>Begins a session under a new id.</summary>
    /// <param name="account">Who; null before the login.</param>
    /// <param name="thumbprint">The certificate that it will be good with.</param>
    public Session Begin(string? account, string? thumbprint)
    {
        if (_sessions.Count >= Most)
        {
            Forget();
        }

        var session = new Session(Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32)), account, thumbprint, time.GetUtcNow());
        _sessions[session.Id] = session;
        return session;
    }

    /// <summary>The session of an id, when it is one and not idle for too long.</summary>
    public Session? Find(string? id)
    {
        if (id is null || !_sessions.TryGetValue(id, out var session) || time.GetUtcNow() - session.Seen > _idle)
        {
            return null;
        }

        var seen = session with { Seen = time.GetUtcNow() };
        return _sessions.TryUpdate(id, seen, session) ? seen : session;
    }

    public void End(string id) => _sessions.TryRemove(id, out _);

    /// <summary>Puts a session in under the id it has.</summary>
    public void Keep(Session session) => _sessions[session.Id] = session;

    /// <summary>The anti-forgery token of a session: nobody without the key makes it.</summary>
    public string FormToken(Session session) => Base64Url.EncodeToString(HMACSHA256.HashData(_key, Encoding.ASCII.GetBytes("form:" + session.Id)));

    /// <summary>Whether a form brought the token of this session.</summary>
    public bool IsFormToken(Session session, string? token) =>
        token is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(token), Encoding.UTF8.GetBytes(FormToken(session)));

    private void Forget()
    {
        var now = time.GetUtcNow();
        foreach (var (id, session) in _sessions)
        {
            if (now - session.Seen > _idle || session.Account is null)
            {
                _sessions.TryRemove(id, out _);
            }
        }
    }
}

using System;
using System.Collections.Concurrent;
using System.Linq;

namespace Sallyport.AspNetCore.Tokens;

/// <summary>The deny list of one process.</summary>
internal sealed class TokenDenyList(TimeProvider time) : ITokenDenyList
{
    private const int Most = 100_000;
    private readonly ConcurrentDictionary<(string Issuer, string JwtId), DateTimeOffset> _denied = new();

    public void Deny(string issuer, string jwtId, DateTimeOffset expiresAt)
    {
        ArgumentException.ThrowIfNullOrEmpty(issuer);
        ArgumentException.ThrowIfNullOrEmpty(jwtId);
        if (_denied.Count >= Most)
        {
            Forget();
        }

        if (_denied.Count >= Most)
        {
            throw new InvalidOperationException($"{Most} tokens are denied already; none of them has ended.");
        }

        _denied[(issuer, jwtId)] = expiresAt;
    }

    public bool IsDenied(string issuer, string jwtId) => !_denied.IsEmpty && _denied.ContainsKey((issuer, jwtId));

    private void Forget()
    {
        // The largest skew is half a minute: a minute later the token is refused by its own time.
        DateTimeOffset past = time.GetUtcNow().AddMinutes(-1);
        foreach (var denied in _denied.Where(entry => entry.Value < past))
        {
            _denied.TryRemove(denied);
        }
    }
}

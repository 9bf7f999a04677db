using System;
using System.Collections.Concurrent;
using System.Globalization;

namespace OrdersApi.App.Sessions;

/// <summary>How often a login was tried in vain: after five times it waits, whoever tries.</summary>
internal sealed class LoginAttempts(TimeProvider time, bool counts)
{
    private const int Most = 5;
    private static readonly TimeSpan _pause = TimeSpan.FromMinutes(15);
    private readonly ConcurrentDictionary<string, Failed> _failed = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Seconds to wait; null when none.</summary>
    public string? WaitOf(string login) =>
        _failed.TryGetValue(login, out var failed) && failed.Times >= Most && failed.Last + _pause - time.GetUtcNow() is { Ticks: > 0 } wait
            ? Math.Ceiling(wait.TotalSeconds).ToString("F0", CultureInfo.InvariantCulture)
            : null;

    public void Count(string login)
    {
        if (!counts)
        {
            return;
        }

        var now = time.GetUtcNow();
        _failed.AddOrUpdate(login, _ => new Failed(1, now), (_, failed) => new Failed(now - failed.Last > _pause ? 1 : failed.Times + 1, now));
    }

    public void Forget(string login) => _failed.TryRemove(login, out _);

    private sealed record Failed(int Times, DateTimeOffset Last);
}

using System;

namespace Sallyport.AspNetCore.Revocation;

/// <summary>When to ask again: a little before the refresh time after a success, sooner and ever later after failures, never all at once.</summary>
/// <param name="refresh">How often when all is well.</param>
/// <param name="random">A number from 0 to below 1.</param>
internal sealed class RefreshSchedule(TimeSpan refresh, Func<double> random)
{
    private const int MaxDoublings = 16;
    private static readonly TimeSpan _firstRetry = TimeSpan.FromSeconds(1);

    private int _failures;

    /// <summary>Whether the last attempt failed.</summary>
    public bool IsFailing => _failures > 0;

    /// <summary>How long to wait after an attempt: never longer than the refresh time.</summary>
    public TimeSpan Next(bool succeeded)
    {
        if (succeeded)
        {
            _failures = 0;
            return refresh * (1 - (0.1 * random()));
        }

        var wait = _firstRetry * Math.Pow(2, Math.Min(_failures, MaxDoublings));
        _failures++;
        return (wait < refresh ? wait : refresh) * (1 - (0.5 * random()));
    }
}

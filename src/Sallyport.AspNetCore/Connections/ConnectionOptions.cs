using System;

namespace Sallyport.AspNetCore.Connections;

/// <summary>What becomes of open connections.</summary>
public sealed class ConnectionOptions
{
    /// <summary>What happens to a connection whose certificate or identity lost its right; <see cref="ConnectionAction.Abort"/> by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is no action.</exception>
    public ConnectionAction OnRevoked
    {
        get;
        set => field = Enum.IsDefined(value) ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "Abort or Drain.");
    } = ConnectionAction.Abort;

    /// <summary>How long a connection lives at most, whatever it does; it is drained then. 1 minute to 24 hours; 1 hour by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside of 1 minute to 24 hours.</exception>
    public TimeSpan MaxLifetime
    {
        get;
        set => field = value >= TimeSpan.FromMinutes(1) && value <= TimeSpan.FromHours(24)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "1 minute to 24 hours.");
    } = TimeSpan.FromHours(1);

    /// <summary>How long a connection that drains may go on. 1 second to 5 minutes; 10 seconds by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside of 1 second to 5 minutes.</exception>
    public TimeSpan DrainTimeout
    {
        get;
        set => field = value >= TimeSpan.FromSeconds(1) && value <= TimeSpan.FromMinutes(5)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "1 second to 5 minutes.");
    } = TimeSpan.FromSeconds(10);
}

using System;

namespace Sallyport.AspNetCore.Identity;

/// <summary>How fresh the view of the identity store must be.</summary>
public sealed class IdentityOptions
{
    /// <summary>The age at which what is known of identities lets nobody in any more. 2 seconds to 1 hour; 10 seconds by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside of 2 seconds to 1 hour.</exception>
    public TimeSpan MaxStaleness
    {
        get;
        set => field = value >= TimeSpan.FromSeconds(2) && value <= TimeSpan.FromHours(1)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "2 seconds to 1 hour.");
    } = TimeSpan.FromSeconds(10);
}

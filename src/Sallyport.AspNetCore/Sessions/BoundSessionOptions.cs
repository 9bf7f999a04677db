using System;

namespace Sallyport.AspNetCore.Sessions;

/// <summary>How long sessions last, and how many an identity may have. None lasts longer than the certificate that it is bound to.</summary>
public sealed class BoundSessionOptions
{
    /// <summary>How long a session may be unused. 1 minute to 1 day; 15 minutes by default.</summary>
    /// <remarks>PCI DSS 4.0.1, requirement 8.2.8.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside of 1 minute to 1 day.</exception>
    public TimeSpan IdleTimeout
    {
        get;
        set => field = value >= TimeSpan.FromMinutes(1) && value <= TimeSpan.FromDays(1)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "1 minute to 1 day.");
    } = TimeSpan.FromMinutes(15);

    /// <summary>How long a session may last, used or not. 1 minute to 30 days; 8 hours by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside of 1 minute to 30 days.</exception>
    public TimeSpan AbsoluteTimeout
    {
        get;
        set => field = value >= TimeSpan.FromMinutes(1) && value <= TimeSpan.FromDays(30)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "1 minute to 30 days.");
    } = TimeSpan.FromHours(8);

    /// <summary>How many sessions an identity may have at once; one more ends its oldest. 1 to 1,000; 16 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside of 1 to 1,000.</exception>
    public int MaxPerIdentity
    {
        get;
        set => field = value is >= 1 and <= 1_000
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "1 to 1,000 sessions.");
    } = 16;

    /// <summary>Whether the cookie stays away from navigations that other sites start too (SameSite=Strict instead of Lax); false by default.</summary>
    public bool SameSiteStrict { get; set; }
}

using System;

namespace Sallyport.Certificates.Revocation;

/// <summary>How revocation is asked.</summary>
public sealed record RevocationPolicy
{
    /// <summary>What an unknown status means; <see cref="RevocationMode.Required"/> by default.</summary>
    public RevocationMode Mode { get; init; } = RevocationMode.Required;

    /// <summary>How long after its nextUpdate a list or answer still counts. Zero to 30 days; zero by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside of zero to 30 days.</exception>
    public TimeSpan Grace
    {
        get;
        init => field = value >= TimeSpan.Zero && value <= TimeSpan.FromDays(30)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Grace), value, "Zero to 30 days.");
    }

    /// <summary>The age since thisUpdate at which a list or answer is refused whatever its nextUpdate says, or null for no limit (the default).</summary>
    public TimeSpan? MaxAge { get; init; }
}

using System;
using System.Collections.Immutable;

namespace Sallyport.AspNetCore.Identity;

/// <summary>An account of the application, and the certificates that speak for it. Immutable; a change makes a new one with a higher version.</summary>
public sealed record CertificateIdentity
{
    /// <summary>The account's stable name: what resources are owned by, what a token's subject must equal. Compared exactly.</summary>
    public required string Name { get; init; }

    /// <summary>Which certificates speak for it. None means that nobody does.</summary>
    public ImmutableArray<CertificateMatch> Matches { get; init; } = [];

    /// <summary>Its roles.</summary>
    public ImmutableArray<string> Roles { get; init; } = [];

    /// <summary>The scopes that it may ever have; a token's scopes count only where they are here too.</summary>
    public ImmutableArray<string> Scopes { get; init; } = [];

    /// <summary>Whether it is let in at all; true by default.</summary>
    public bool IsEnabled { get; init; } = true;

    /// <summary>From when it is let in; null for always.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>Until when it is let in; null for always.</summary>
    public DateTimeOffset? NotAfter { get; init; }

    /// <summary>Grows with every change of this identity.</summary>
    public long Version { get; init; } = 1;

    /// <summary>Whether it is enabled and within its dates.</summary>
    /// <param name="now">The clock's reading.</param>
    public bool IsActive(DateTimeOffset now) => IsEnabled && !(now < NotBefore) && !(now > NotAfter);
}

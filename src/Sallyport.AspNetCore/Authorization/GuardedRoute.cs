using System.Collections.Immutable;

namespace Sallyport.AspNetCore.Authorization;

/// <summary>One endpoint and what it requires, as the scanner may hold it against what the API does.</summary>
public sealed record GuardedRoute
{
    /// <summary>The route template; the display name in parentheses for an endpoint without one.</summary>
    public required string Route { get; init; }

    /// <summary>The methods, sorted; empty for all.</summary>
    public ImmutableArray<string> Methods { get; init; } = [];

    /// <summary>Whether an account is required.</summary>
    public bool RequiresAccount { get; init; }

    /// <summary>The roles that the account must have, all of them.</summary>
    public ImmutableArray<string> Roles { get; init; } = [];

    /// <summary>The scopes that a token bound to the certificate must have, all of them.</summary>
    public ImmutableArray<string> TokenScopes { get; init; } = [];

    /// <summary>The resources that are checked: kind, route parameter and operation, with colons between.</summary>
    public ImmutableArray<string> Resources { get; init; } = [];

    /// <summary>Policies and requirements of the application's own, by name.</summary>
    public ImmutableArray<string> Policies { get; init; } = [];

    /// <summary>Why no account is needed; null when one is.</summary>
    public string? Reason { get; init; }
}

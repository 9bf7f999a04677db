using System.Collections.Frozen;
using Microsoft.AspNetCore.Http;
using OrdersApi.App.Sessions;
using OrdersApi.App.Tokens;

namespace OrdersApi.App.Http;

/// <summary>Who asks, as far as the gate let them in.</summary>
internal sealed record Caller
{
    /// <summary>Their account; null for one who has none and is served all the same, which only a weakness does.</summary>
    public Account? Account { get; init; }

    /// <summary>Whether nothing is asked of them: an open plain port, or a gate that lets everyone in. Weaknesses only.</summary>
    public bool Trusted { get; init; }

    /// <summary>The token they showed.</summary>
    public AccessToken? Token { get; init; }

    /// <summary>The session they are in.</summary>
    public Session? Session { get; init; }

    public string Name => Account?.Name ?? "guest";

    public static Caller Of(HttpContext context) => context.Features.Get<Caller>() ?? new Caller();

    /// <summary>Whether the caller may see something of <paramref name="owner"/>.</summary>
    public bool MayRead(string? owner, FrozenSet<Weakness> weak) => Owns(owner, weak) || (owner is not null && weak.Contains(Weakness.NoOwnerRule));

    /// <summary>Whether the caller may change something of <paramref name="owner"/>.</summary>
    public bool MayChange(string? owner, FrozenSet<Weakness> weak) => Owns(owner, weak) || (owner is not null && weak.Contains(Weakness.ForeignWrites));

    private bool Owns(string? owner, FrozenSet<Weakness> weak) =>
        Trusted || Account?.IsAdmin == true || (owner is not null && Account?.Name == owner) || (Account is null && weak.Contains(Weakness.UnmappedServed));
}

namespace OrdersApi.App.Http;

/// <summary>What a route asks of its caller. A route that says nothing is closed.</summary>
/// <param name="Kind">Which credentials.</param>
/// <param name="Scope">The scope that a token must have; null for none.</param>
internal sealed record Guard(GuardKind Kind, string? Scope = null)
{
    /// <summary>The route that <see cref="Weakness.RouteGap"/> forgets.</summary>
    public bool Overlooked { get; init; }

    /// <summary>Whether only administrators are let in.</summary>
    public bool ForAdministrators { get; init; }
}

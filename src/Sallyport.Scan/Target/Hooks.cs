using System.Collections.Immutable;

namespace Sallyport.Scan.Target;

/// <summary>Programs of the user's that change the target's state. Argument lists, never a shell.</summary>
public sealed record Hooks
{
    /// <summary>Revokes the revocable identity; empty when not given.</summary>
    public ImmutableArray<string> Revoke { get; init; } = [];

    /// <summary>Brings it back; empty when not given.</summary>
    public ImmutableArray<string> Restore { get; init; } = [];
}

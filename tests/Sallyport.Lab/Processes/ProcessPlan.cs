using System.Collections.Immutable;

namespace Sallyport.Lab.Processes;

/// <summary>What to start, and how to know that it is up.</summary>
internal sealed record ProcessPlan
{
    public required string Program { get; init; }

    public ImmutableArray<string> Arguments { get; init; } = [];

    public ImmutableDictionary<string, string> Environment { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Ports that must accept a connection before the server counts as up.</summary>
    public ImmutableArray<int> Ports { get; init; } = [];

    /// <summary>Text that must have been printed before the server counts as up.</summary>
    public string? ReadyText { get; init; }
}

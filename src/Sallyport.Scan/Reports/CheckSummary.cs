using System.Collections.Immutable;

namespace Sallyport.Scan.Reports;

/// <summary>What one check ended with, over its probes: failed, else notTested, else passed, else notApplicable.</summary>
public sealed record CheckSummary
{
    /// <summary>The rule id.</summary>
    public required string Id { get; init; }

    /// <summary><c>passed</c>, <c>failed</c>, <c>notApplicable</c> or <c>notTested</c>.</summary>
    public required string Outcome { get; init; }

    /// <summary>Probes that passed.</summary>
    public int Passed { get; init; }

    /// <summary>Probes that failed.</summary>
    public int Failed { get; init; }

    /// <summary>Probes whose shape is absent.</summary>
    public int NotApplicable { get; init; }

    /// <summary>Probes that stayed undecided.</summary>
    public int NotTested { get; init; }

    /// <summary>Why it is not tested or not applicable; <c>null</c> otherwise.</summary>
    public string? Reason { get; init; }

    /// <summary>What to supply so that it can be tested.</summary>
    public ImmutableArray<string> Needs { get; init; } = [];
}

using System.Collections.Immutable;

namespace Sallyport.Scan.Findings;

/// <summary>What a check says about a weakness it saw; the engine makes the <see cref="Finding"/> of it.</summary>
public sealed record Flaw
{
    /// <summary>What a safe server would have done, one sentence.</summary>
    public required string Expected { get; init; }

    /// <summary>What this server did, one sentence.</summary>
    public required string Observed { get; init; }

    /// <summary>How it was confirmed.</summary>
    public required Confidence Confidence { get; init; }

    /// <summary>The exchanges that prove it, controls first.</summary>
    public ImmutableArray<Evidence> Evidence { get; init; } = [];

    /// <summary>The severity when it differs from the variant's or the rule's default; <c>null</c> to keep that.</summary>
    public Severity? Severity { get; init; }

    /// <summary>A command line that repeats it, when curl or openssl can; <c>null</c> lets the engine write a <c>sallyport scan</c> line.</summary>
    public string? Replay { get; init; }

    /// <summary>
    /// What the cause is, when several rules can see the same one (CONTRACTS.md, "One cause, one finding"): findings with the same
    /// effect key, operation and missing identity are folded into the most specific. <c>null</c>: never folded.
    /// </summary>
    public string? Cause { get; init; }
}

using System.Collections.Immutable;

namespace Sallyport.Scan.Findings;

/// <summary>A weakness, with its proof.</summary>
public sealed record Finding
{
    /// <summary>The rule id, such as <c>MTLS-103</c>.</summary>
    public required string Id { get; init; }

    /// <summary>The variant of a rule that bundles causes, such as <c>rc4</c>; <c>null</c> when the rule has one cause.</summary>
    public string? Variant { get; init; }

    /// <summary>The rule's title.</summary>
    public required string Title { get; init; }

    /// <summary>The category it is reported under.</summary>
    public required Category Category { get; init; }

    /// <summary>How bad it is.</summary>
    public required Severity Severity { get; init; }

    /// <summary>How it was confirmed.</summary>
    public required Confidence Confidence { get; init; }

    /// <summary>The operation, such as <c>GET /profiles/{id}</c>; <c>null</c> for the whole server.</summary>
    public string? Operation { get; init; }

    /// <summary>The identity used, such as <c>bob</c> or <c>rogue CA</c>; <c>null</c> when none matters.</summary>
    public string? Identity { get; init; }

    /// <summary>What a safe server would have done.</summary>
    public required string Expected { get; init; }

    /// <summary>What this server did.</summary>
    public required string Observed { get; init; }

    /// <summary>The exchanges that prove it.</summary>
    public ImmutableArray<Evidence> Evidence { get; init; } = [];

    /// <summary>A command line that repeats it, secrets as <c>$VARS</c>.</summary>
    public required string Replay { get; init; }

    /// <summary>Stable over runs: SHA-256 (hex, 32 characters) over rule, variant, target, operation and identity.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>Ids of the other rules that saw the same cause.</summary>
    public ImmutableArray<string> AlsoMatches { get; init; } = [];

    /// <summary>Where the rule stands in the standards.</summary>
    public required Standards Standards { get; init; }

    /// <summary>What to change, for the stack in front.</summary>
    public required Remedy Remedy { get; init; }

    /// <summary>
    /// Severities of folded findings that would count on their own if this one were not there, such as those of single operations below one
    /// about the whole server. They go on to count, so that it does not lift the score.
    /// </summary>
    internal ImmutableArray<Severity> Covered { get; init; } = [];

    /// <summary>The cause key given by the check; not reported.</summary>
    internal string? Cause { get; init; }
}

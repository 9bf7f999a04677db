using System.Collections.Immutable;

namespace Sallyport.Scan.Findings;

/// <summary>What a check is: its id, where it stands in the standards, what it needs, and how to mend what it finds.</summary>
public sealed record CheckInfo
{
    /// <summary>The stable rule id, such as <c>MTLS-002</c>.</summary>
    public required string Id { get; init; }

    /// <summary>The title, a short statement of the weakness.</summary>
    public required string Title { get; init; }

    /// <summary>The category it is reported under.</summary>
    public required Category Category { get; init; }

    /// <summary>The default severity; <c>null</c> for a rule that yields facts only.</summary>
    public required Severity? Severity { get; init; }

    /// <summary>The variants, for a rule that bundles causes; empty otherwise.</summary>
    public ImmutableArray<CheckVariant> Variants { get; init; } = [];

    /// <summary>Where it stands in the standards.</summary>
    public required Standards Standards { get; init; }

    /// <summary>The lowest mode in which it runs.</summary>
    public ScanMode Mode { get; init; } = ScanMode.Safe;

    /// <summary>Whether it shows certificates minted under the client's CA although it can also do without (with identities of the user's).</summary>
    internal bool MintsUnderClientCa { get; init; }

    /// <summary>What must be there before it can run.</summary>
    public ImmutableArray<Need> Needs { get; init; } = [];

    /// <summary>Why it matters: the mechanism, two to five sentences.</summary>
    public required string Why { get; init; }

    /// <summary>What an attacker gains, one to three sentences.</summary>
    public required string Impact { get; init; }

    /// <summary>What is sent and how it is judged, two to five sentences.</summary>
    public required string How { get; init; }

    /// <summary>Where the rule comes from: RFC and section, CVE, paper.</summary>
    public required ImmutableArray<string> Sources { get; init; }

    /// <summary>What to change: general advice (stack <c>null</c>) first, then per stack.</summary>
    public required ImmutableArray<Remedy> Remedies { get; init; }
}

using System;
using System.Collections.Immutable;
using Sallyport.Scan.Reports;

namespace Sallyport.Scan.Findings;

/// <summary>All that one check saw.</summary>
public sealed record CheckResult
{
    /// <summary>One result a probe. Empty is an error of the check: the engine reports it as not tested.</summary>
    public ImmutableArray<ProbeResult> Probes { get; init; } = [];

    /// <summary>What is worth knowing and no weakness.</summary>
    public ImmutableArray<Fact> Facts { get; init; } = [];

    /// <summary>What the check saw identities do at operations, for the report's matrix.</summary>
    public ImmutableArray<MatrixCell> Matrix { get; init; } = [];

    /// <summary>A result of one passed probe.</summary>
    public static CheckResult Passed() => Of(new Outcome.Passed());

    /// <summary>A result of one failed probe.</summary>
    /// <param name="flaw">What was seen.</param>
    /// <param name="variant">The variant, when the rule bundles causes.</param>
    public static CheckResult Failed(Flaw flaw, string? variant = null) => new() { Probes = [new(new Outcome.Failed(flaw)) { Variant = variant }] };

    /// <summary>A result that says the shape is absent.</summary>
    /// <param name="reason">Why, one sentence.</param>
    public static CheckResult NotApplicable(string reason) => Of(new Outcome.NotApplicable(reason));

    /// <summary>An undecided result.</summary>
    /// <param name="reason">Why, one sentence.</param>
    /// <param name="needs">What to supply.</param>
    public static CheckResult NotTested(string reason, params ReadOnlySpan<string> needs) =>
        Of(new Outcome.NotTested(reason) { Needs = [.. needs] });

    /// <summary>The same result with facts added.</summary>
    /// <param name="facts">The facts.</param>
    public CheckResult With(params ReadOnlySpan<Fact> facts) => this with { Facts = [.. Facts, .. facts] };

    private static CheckResult Of(Outcome outcome) => new() { Probes = [new(outcome)] };
}

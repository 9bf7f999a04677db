using System.Collections.Immutable;

namespace Sallyport.Scan.Findings;

/// <summary>What one probe of a check ended with. Silence is never "passed".</summary>
public abstract record Outcome
{
    private Outcome()
    {
    }

    /// <summary>The server did the safe thing, and the controls prove that the probe could have failed.</summary>
    public sealed record Passed : Outcome;

    /// <summary>The server has the weakness.</summary>
    /// <param name="Flaw">What was seen, with its proof.</param>
    public sealed record Failed(Flaw Flaw) : Outcome;

    /// <summary>The survey proved that the shape is absent. Never because an input is missing.</summary>
    /// <param name="Reason">Why, one sentence.</param>
    public sealed record NotApplicable(string Reason) : Outcome;

    /// <summary>Undecided.</summary>
    /// <param name="Reason">Why, one sentence.</param>
    public sealed record NotTested(string Reason) : Outcome
    {
        /// <summary>What to supply so that it can be tested next time; empty when nothing the user gives would help.</summary>
        public ImmutableArray<string> Needs { get; init; } = [];
    }
}

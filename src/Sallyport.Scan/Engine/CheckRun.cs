using Sallyport.Scan.Findings;

namespace Sallyport.Scan.Engine;

/// <summary>A selected check and what it ended with.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Result">One probe at least.</param>
internal sealed record CheckRun(CheckInfo Rule, CheckResult Result)
{
    /// <summary>Whether the deadline or the budget cut it.</summary>
    public bool BudgetCut { get; init; }

    /// <summary>Whether the user's cancel cut it.</summary>
    public bool Cancelled { get; init; }

    /// <summary>A run that ended before it could say anything.</summary>
    public static CheckRun Ended(CheckInfo rule, Outcome outcome) => new(rule, new() { Probes = [new(outcome)] });
}

using Sallyport.Scan.Checks;
using Sallyport.Scan.Findings;

namespace Sallyport.Scan.Engine;

/// <summary>A selected check, and why it does not run.</summary>
/// <param name="Check">The check.</param>
/// <param name="Blocked"><see cref="Outcome.NotApplicable"/> or <see cref="Outcome.NotTested"/>; <c>null</c> when it runs.</param>
/// <param name="Alone">Whether nothing else may run beside it.</param>
internal sealed record PlannedCheck(Check Check, Outcome? Blocked, bool Alone)
{
    /// <summary>Whether it runs.</summary>
    public bool Runs => Blocked is null;
}

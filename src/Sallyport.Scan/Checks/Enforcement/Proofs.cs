using System.Collections.Generic;
using Sallyport.Scan.Findings;

namespace Sallyport.Scan.Checks.Enforcement;

/// <summary>Evidence that the rules of this family share.</summary>
internal static class Proofs
{
    /// <summary>What the valid identity got, for comparison; empty without a control.</summary>
    /// <param name="context">The check's context.</param>
    public static IEnumerable<Evidence> Control(CheckContext context) => context.Oracle.Control is { } control ? [control.First.ToEvidence()] : [];
}

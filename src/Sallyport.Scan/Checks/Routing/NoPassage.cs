using System.Linq;
using Sallyport.Scan.Findings;

namespace Sallyport.Scan.Checks.Routing;

/// <summary>What is said of two names between which the user's identities find no way to try.</summary>
internal static class NoPassage
{
    /// <summary>The probe for a pair of names.</summary>
    /// <param name="context">The scan.</param>
    /// <param name="target">The target.</param>
    /// <param name="other">The other name.</param>
    public static ProbeResult Of(CheckContext context, NamedSite target, NamedSite other)
    {
        Outcome outcome = other.Treatments.All(t => !t.HoldsSession && t.Refusal is null)
            ? new Outcome.NotTested($"{other.Name} neither serves nor refuses anybody: {other.Treatments[0].Exchange.Summary}")
            : Passage.Alike(target, other)
                ? new Outcome.NotApplicable($"{target.Name} and {other.Name} let in and refuse the same clients and name the same authorities")
                : new Outcome.NotTested($"none of the identities is let in at one of {target.Name} and {other.Name} and refused at the other")
                {
                    Needs = [$"an identity that only one of {target.Name} and {other.Name} lets in: --identity NAME=cert.pem,key.pem (identities)"],
                };
        return new(outcome) { Operation = context.Survey.ProtectedOperation?.Name };
    }
}

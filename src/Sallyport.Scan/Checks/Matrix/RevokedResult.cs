using Sallyport.Scan.Findings;
using Sallyport.Scan.Reports;

namespace Sallyport.Scan.Checks.Matrix;

/// <summary>Puts how the revoked identity was treated into the result of a row.</summary>
internal static class RevokedResult
{
    /// <summary>The result.</summary>
    /// <param name="context">The target.</param>
    /// <param name="rule">The row.</param>
    /// <param name="outcome">How the identity was treated.</param>
    public static CheckResult Of(CheckContext context, string rule, Outcome outcome)
    {
        string identity = $"revoked: {context.RevokedIdentity.Name}";
        MatrixCell? cell = outcome switch
        {
            Outcome.Failed failed => new(identity, context.Operation, "accepted", failed.Flaw.Observed, false, rule),
            Outcome.Passed => new(identity, context.Operation, "rejected", "refused", true, rule),
            Outcome.NotTested open => new(identity, context.Operation, "undecided", open.Reason, null, rule),
            _ => null,
        };
        return new() { Probes = [new(outcome) { Operation = context.Operation, Identity = identity }], Matrix = cell is null ? [] : [cell] };
    }
}

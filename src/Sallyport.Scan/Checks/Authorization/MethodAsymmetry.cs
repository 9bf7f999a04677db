using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Api;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Checks.Authorization;

/// <summary>AUTHZ-007: whether one method of a resource does what another refuses the same account.</summary>
internal sealed class MethodAsymmetry : Check
{
    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "AUTHZ-007",
        Title = "One method is refused and another writes the same object",
        Category = Category.FunctionAuthorization,
        Severity = Severity.High,
        Mode = ScanMode.Intrusive,
        Standards = new() { Cwe = [863], OwaspApi = ["API1:2023", "API5:2023"], PciDss = ["7.3.3"], Asvs = ["8.2.1", "8.2.2"] },
        Needs = [Need.Caller, Need.SecondCaller, Need.Operations],
        Why = "Each method of a route has its own handler and its own check. The one that was written first has it; the PATCH or DELETE that came later has not.",
        Impact = "What the rule keeps with one method is changed or deleted with another.",
        How = "On each resource with two writing methods, one account tries all of them on another's object. One that is refused beside one whose effect the owner reads back is a finding "
            + "where expect.matrix denies the call, and a suspicion otherwise: an API may allow more to one method than to another.",
        Sources = ["CWE-863", "WFC fault F206 (inconsistent authorization between methods)"],
        Remedies =
        [
            .. CheckRole.Methods.Where(static remedy => remedy.Stack is not ServerStack.Node),
            new(
                ServerStack.Node,
                "Put the check on the path, before any of its methods.",
                """
                app.put('/contacts/:name', own, change)
                app.patch('/contacts/:name', change)
                """,
                """
                app.all('/contacts/:name', own)
                app.put('/contacts/:name', change)
                app.patch('/contacts/:name', change)
                """),
        ],
    };

    /// <inheritdoc/>
    public override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        List<ProbeResult> probes = [];
        MatrixRows rows = MatrixRows.Of(context.Request);
        foreach (IGrouping<string, Operation> resource in context.Writable.GroupBy(static one => one.PathTemplate).Where(static one => one.Count() > 1))
        {
            List<(Operation Operation, WriteTrial Trial)> trials = [];
            Outcome? otherwise = null;
            foreach (Operation operation in resource)
            {
                otherwise ??= await context.OwnPathsDifferAsync(operation, cancellationToken).ConfigureAwait(false);
                if (otherwise is null)
                {
                    trials.Add((operation, await context.TryForeignAsync(operation, cancellationToken).ConfigureAwait(false)));
                }
            }

            probes.AddRange(otherwise is not null
                ? [new(otherwise) { Operation = resource.First().Name, Identity = context.Other.Name }]
                : trials.Select(one => new ProbeResult(Judge(context, rows, one.Operation, one.Trial, trials)) { Operation = one.Operation.Name, Identity = context.Other.Name }));
        }

        return Accounts.ResultOf([.. probes], "no known resource has two methods that write it");
    }

    private static Outcome Judge(CheckContext context, MatrixRows rows, Operation operation, WriteTrial trial, List<(Operation Operation, WriteTrial Trial)> trials)
    {
        Operation? refused = trials.FirstOrDefault(static one => one.Trial is WriteTrial.Unchanged { Refused: true }).Operation;
        if (trial is WriteTrial.Changed && refused is null)
        {
            return trials.Any(static one => one.Trial is WriteTrial.Untried)
                ? new Outcome.NotTested("the other methods of the resource could not be tried")
                : new Outcome.NotApplicable("no method of the resource is refused: AUTHZ-002 judges it");
        }

        bool denied = rows.For(context.Other.Name, operation, operation.PathTemplate) is { Allows: false };
        return trial.Judge($"{context.Other.Name} is refused {operation.Method} as it is refused {refused?.Method}.", Causes.WriterNotChecked, denied ? Confidence.Confirmed : Confidence.Suspect);
    }
}

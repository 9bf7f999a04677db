using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Checks.Authorization;

/// <summary>AUTHZ-002: whether one account changes or deletes what another owns.</summary>
internal sealed class ForeignWrite : Check
{
    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "AUTHZ-002",
        Title = "One account changes another's objects",
        Category = Category.ObjectAuthorization,
        Severity = Severity.Critical,
        Mode = ScanMode.Intrusive,
        Standards = new() { Cwe = [639], OwaspApi = ["API1:2023"], PciDss = ["7.2.1"], Asvs = ["8.2.2"] },
        Needs = [Need.Caller, Need.SecondCaller, Need.Operations],
        Why = "The owner is compared where an object is read and forgotten where it is written, or the update names the id alone. A status tells nothing: APIs answer 204 to writes "
            + "they ignore, and 403 after they have written.",
        Impact = "Any account changes and deletes every other account's data.",
        How = "The owner changes a harmless member of an object of its own, reads it back and puts it right. Then a second account sends the same change with another value, and the owner "
            + "reads again: only the second account's value in that answer is a finding. Deletion is tried on an object made for it. Everything is put right again.",
        Sources = ["OWASP API Security Top 10 2023, API1", "CWE-639"],
        Remedies = CheckOwner.All,
    };

    /// <inheritdoc/>
    public override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        List<ProbeResult> probes = [];
        foreach (Operation operation in context.Writable)
        {
            Outcome outcome = await context.OwnPathsDifferAsync(operation, cancellationToken).ConfigureAwait(false)
                ?? (await context.TryForeignAsync(operation, cancellationToken).ConfigureAwait(false)).Judge(
                    $"{context.Other.Name} does not change what belongs to {context.Owner.Name}.", Causes.WriterNotChecked, Confidence.Confirmed);
            probes.Add(new(outcome) { Operation = operation.Name, Identity = context.Other.Name });
        }

        return Accounts.ResultOf([.. probes], "no known operation changes one object by its id");
    }
}

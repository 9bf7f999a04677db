using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Target;
using Sallyport.Scan.Transport;

namespace Sallyport.Scan.Checks.Authorization;

/// <summary>AUTHZ-009: whether nobody changes or deletes an object.</summary>
internal sealed class AnonymousWrite : Check
{
    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "AUTHZ-009",
        Title = "An object is changed without any credential",
        Category = Category.FunctionAuthorization,
        Severity = Severity.Critical,
        Mode = ScanMode.Active,
        Standards = new() { Cwe = [306], OwaspApi = ["API2:2023"], PciDss = ["7.3.3"], Asvs = ["8.2.1"] },
        Needs = [Need.Caller, Need.Operations],
        Why = "Authentication that is set for reading routes only, or a writing method that was added beside a protected one, lets everyone write.",
        Impact = "Whoever finds the operation changes and deletes data, without leaving a name.",
        How = "An identity changes a harmless member of an object of its own, reads it back and puts it right. Then the same change is sent with another value and without any "
            + "credential; only that value in what the owner reads afterwards is a finding. Deletion is tried on an object made for it.",
        Sources = ["CWE-306", "WFC fault F208 (anonymous modification)"],
        Remedies = RequireAuthentication.All,
    };

    /// <inheritdoc/>
    /// <remarks>It writes what others compare.</remarks>
    public override bool RunsAlone => true;

    /// <inheritdoc/>
    public override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        if (context.Api.First is not { } owner)
        {
            return CheckResult.NotTested("no valid identity was given", "--identity NAME=cert.pem,key.pem or --token NAME=env:VAR (identities)");
        }

        List<ProbeResult> probes = [];
        foreach (Operation operation in context.Writable.Where(static one => !one.DeclaredPublic))
        {
            bool declared = ProtectedOperations.IsDeclared(context.Request, operation);
            foreach (Actor actor in Accounts.NotSignedIn(operation, owner))
            {
                if (actor.Credential is not null && await ReadsAsync(context, operation, owner, actor, cancellationToken).ConfigureAwait(false))
                {
                    probes.Add(new(new Outcome.NotApplicable("the certificate alone is enough to read it too: BIND-003 and AUTH-001 judge that")) { Operation = operation.Name, Identity = Accounts.Called(actor) });
                    continue;
                }

                WriteTrial trial = await WriteTrial.RunAsync(context, operation, owner, actor, ScanMode.Active, cancellationToken).ConfigureAwait(false);
                probes.Add(new(trial.Judge("A write without credentials is refused and changes nothing.", null, declared ? Confidence.Confirmed : Confidence.Suspect)) { Operation = operation.Name, Identity = Accounts.Called(actor) });
            }
        }

        return Accounts.ResultOf([.. probes], "no known operation changes one object by its id");
    }

    private static async Task<bool> ReadsAsync(CheckContext context, Operation write, Identity owner, Actor actor, CancellationToken cancellationToken) =>
        context.Readable.FirstOrDefault(one => one.PathTemplate == write.PathTemplate) is { } read
        && await context.Api.BaselineAsync(read, owner, cancellationToken).ConfigureAwait(false) is BaselineResult.Learned { Baseline: var baseline }
        && await context.Oracle.JudgeAgainstAsync(baseline.Ask with { Title = actor.Name, Actor = actor, Reusable = true, Pooled = true }, baseline, cancellationToken).ConfigureAwait(false) is Verdict.Accepted;
}

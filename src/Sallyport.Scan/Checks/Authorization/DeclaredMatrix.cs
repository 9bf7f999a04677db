using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Api;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Checks.Authorization;

/// <summary>AUTHZ-013: who gets what, with which credentials, held against what the user declares.</summary>
internal sealed class DeclaredMatrix : Check
{
    private const string Open = "open";
    private const string Closed = "closed";

    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "AUTHZ-013",
        Title = "The API does not do what its access matrix says",
        Category = Category.FunctionAuthorization,
        Severity = null,
        Variants =
        [
            new(Open, "a denied call succeeds", Severity.High),
            new(Closed, "an allowed call is refused", Severity.Medium),
        ],
        Standards = new() { Cwe = [862, 863], OwaspApi = ["API1:2023", "API5:2023"], PciDss = ["7.2.1", "7.2.2", "7.3.3"], Asvs = ["8.1.1", "8.2.1"] },
        Needs = [Need.Caller, Need.Operations],
        Why = "Who may do what is decided in many places of a program and written down in none. A matrix that is held against the running server shows every place where the two "
            + "have come apart, in both directions.",
        Impact = "A denied call that succeeds gives away what it was denied for; an allowed call that fails sooner or later gets its check removed altogether.",
        How = "Every identity calls every operation that only reads with its certificate, its token, both and neither; that is the picture in the report. Each call that a row of "
            + "expect.matrix speaks of is then judged: denied and answered like an identity that may, twice, is a finding, and so is allowed and refused, twice, while the identity succeeds elsewhere.",
        Sources = ["OWASP API Security Top 10 2023, API1 and API5", "PCI DSS 4.0.1, requirement 7.2"],
        Remedies = CheckRole.All,
    };

    /// <inheritdoc/>
    public override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        MatrixRows rows = MatrixRows.Of(context.Request);
        ImmutableArray<Call> calls = await new CallMatrix(context).WalkAsync(cancellationToken).ConfigureAwait(false);
        ImmutableArray<MatrixCell> cells = [.. calls.Select(call => CellOf(context, rows, call))];
        if (!rows.Wrong.IsEmpty)
        {
            return CheckResult.NotTested($"expect.matrix: {string.Join("; ", rows.Wrong)}", "rows such as \"bob GET /profiles/alice deny\"") with { Matrix = cells };
        }

        if (rows.IsEmpty)
        {
            return CheckResult.NotTested("nothing declares who may do what", "expect.matrix: [ \"bob GET /profiles/alice deny\" ]") with { Matrix = cells };
        }

        ImmutableArray<ImmutableArray<ProbeResult>> probes = await PerOperation.AskAsync(
            context.Api.Operations, (operation, token) => new DeclaredCalls(context, rows, calls, operation).JudgeAsync(token), cancellationToken).ConfigureAwait(false);
        ImmutableArray<ProbeResult> all = [.. probes.SelectMany(static one => one)];
        return (all.IsEmpty ? CheckResult.NotTested("no row of expect.matrix matches a known operation", "rows with the paths of the description, or the operations: --operation 'GET /x'") : new CheckResult { Probes = all })
            with
        { Matrix = cells };
    }

    private static MatrixCell CellOf(CheckContext context, MatrixRows rows, Call call)
    {
        string verdict = call.Verdict switch { Verdict.Accepted => "accepted", Verdict.Rejected => "rejected", _ => "undecided" };
        return new(call.Identity?.Name ?? MatrixRows.Nobody, call.Operation.Name, verdict, call.Verdict.Detail, Expected(context, rows, call), null)
        {
            Credentials = call.Shown.ToString().ToLowerInvariant(),
        };
    }

    // The verdict on less than all credentials is no rule's business here: what an allow row allows, it allows with all of them.
    private static bool? Expected(CheckContext context, MatrixRows rows, Call call)
    {
        string path = call.Verdict.Judged?.Ask.Request?.Target[context.Request.Target.Path.Length..] ?? call.Operation.PathTemplate;
        MatrixRow? row = rows.For(call.Identity?.Name ?? MatrixRows.Nobody, call.Operation, path);
        bool? served = call.Verdict switch { Verdict.Accepted => true, Verdict.Rejected => false, _ => null };
        if (row is null && call.Identity is null)
        {
            return served switch
            {
                true => ProtectedOperations.IsDeclared(context.Request, call.Operation) ? false : null,
                false => call.Operation.DeclaredPublic ? null : true,
                null => null,
            };
        }

        return row is null || served is null || (row.Allows && !call.IsWhole) ? null : served == row.Allows;
    }
}

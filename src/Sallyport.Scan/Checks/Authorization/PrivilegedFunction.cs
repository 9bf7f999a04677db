using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Api;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Target;
using Sallyport.Scan.Transport;
using Sallyport.Tls.Http;

namespace Sallyport.Scan.Checks.Authorization;

/// <summary>AUTHZ-006: whether an ordinary account reaches what only a higher role may.</summary>
internal sealed class PrivilegedFunction : Check
{
    private const int MaxGuesses = 3;

    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "AUTHZ-006",
        Title = "An ordinary account reaches administrators' functions",
        Category = Category.FunctionAuthorization,
        Severity = Severity.Critical,
        Standards = new() { Cwe = [285, 862], OwaspApi = ["API5:2023"], PciDss = ["7.2.2", "7.3.3"], Asvs = ["8.2.1"] },
        Needs = [Need.Caller, Need.Admin, Need.Operations],
        Why = "Administrators' functions are kept apart by a menu that does not show them, by a path nobody is expected to guess, or by a rule on one method of the route. The "
            + "account is checked and its role is not.",
        Impact = "Any account does what administrators do: reads every account, changes roles, deletes.",
        How = "Operations that the description gives to higher roles only, that lie below an administrators' path, or that expect.matrix denies are called by an administrator and "
            + "then by an ordinary account, plainly and in active mode with other methods and overriding headers. The administrator's answer, twice, is a finding; a write counts in intrusive mode only, when the administrator reads it back.",
        Sources = ["OWASP API Security Top 10 2023, API5", "CWE-285"],
        Remedies = CheckRole.All,
    };

    /// <inheritdoc/>
    /// <remarks>In intrusive mode it writes what others compare.</remarks>
    public override bool RunsAlone => true;

    /// <inheritdoc/>
    public override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        if (context.Api.Admin is not { } admin || context.Api.Ordinary is not [var low, ..])
        {
            return CheckResult.NotTested("no administrator and ordinary account with credentials were given", "identities.NAME with role: admin, and one without a role");
        }

        if (!await context.IsServedAsync(low, cancellationToken).ConfigureAwait(false))
        {
            return CheckResult.NotTested($"{low.Name} is served nowhere, so its refusals prove nothing");
        }

        ImmutableArray<Operation> all = context.Api.Operations;
        MatrixRows rows = MatrixRows.Of(context.Request);
        ImmutableArray<Operation> functions = [.. all.Where(operation => !operation.DeclaredPublic && GroundOf(operation, all, rows, low) is not null)];
        if (functions.IsEmpty)
        {
            functions = Guesses(all);
        }

        ImmutableArray<ProbeResult> probes = await PerOperation.AskAsync(
            functions.Where(static one => one.Method == "GET"), (operation, token) => ReadAsync(context, operation, admin, low, GroundOf(operation, all, rows, low) ?? ("its path says so", false), rows, token), cancellationToken).ConfigureAwait(false);
        List<ProbeResult> writes = [];
        foreach (Operation operation in functions.Where(static one => one.Method is "PUT" or "PATCH" or "DELETE"))
        {
            Outcome outcome = context.Request.Mode < ScanMode.Intrusive
                ? new Outcome.NotTested("a write of an administrator's is tried in intrusive mode only") { Needs = ["--mode intrusive"] }
                : (await WriteTrial.RunAsync(context, operation, admin, Actor.Of(low), ScanMode.Intrusive, cancellationToken).ConfigureAwait(false)).Judge(
                    $"{low.Name} does not change what is {admin.Name}'s to change.", Causes.RoleNotChecked, Confidence.Confirmed);
            writes.Add(new(outcome) { Operation = operation.Name, Identity = low.Name });
        }

        return Accounts.ResultOf([.. probes, .. writes], "no known operation is for administrators");
    }

    private static (string Ground, bool Declared)? GroundOf(Operation operation, ImmutableArray<Operation> all, MatrixRows rows, Identity low) =>
        rows.For(low.Name, operation, operation.PathTemplate) is { } row ? row.Allows ? null : ($"expect.matrix: {row.Text}", true) : Privileged.Ground(operation, all);

    // An API that describes no administrators' function may have one all the same: next to what it describes.
    private static ImmutableArray<Operation> Guesses(ImmutableArray<Operation> all) =>
    [
        .. all.Select(static one => one.PathTemplate.Split('/', StringSplitOptions.RemoveEmptyEntries)).Where(static path => path.Length > 0 && !path[0].Contains('{', StringComparison.Ordinal))
            .Select(static path => "/admin/" + path[0]).Distinct(StringComparer.Ordinal).Take(MaxGuesses)
            .Select(static path => new Operation { Method = "GET", PathTemplate = path }),
    ];

    private static async Task<ProbeResult> ReadAsync(
        CheckContext context, Operation operation, Identity admin, Identity low, (string Ground, bool Declared) ground, MatrixRows rows, CancellationToken cancellationToken)
    {
        ProbeResult Probe(Outcome outcome) => new(outcome) { Operation = operation.Name, Identity = low.Name };
        BaselineResult result = await context.Api.BaselineAsync(operation, admin, cancellationToken).ConfigureAwait(false);
        if (result is not BaselineResult.Learned { Baseline: var baseline })
        {
            bool known = context.Api.Operations.Any(one => one.Name == operation.Name);
            return Probe(known
                ? new Outcome.NotTested($"{admin.Name} does not get it either: {(result as BaselineResult.Failed)?.Reason}")
                : new Outcome.NotApplicable("no such administrators' function is there"));
        }

        switch (await context.Api.AccessAsync(operation, cancellationToken).ConfigureAwait(false))
        {
            case Access.Public:
                return Probe(new Outcome.NotApplicable("it is served without valid credentials too: AUTH-001 judges it"));
            case Access.Undecided doubt:
                return Probe(new Outcome.NotTested(doubt.Reason) { Needs = doubt.Needs });
        }

        bool denied = rows.For(low.Name, operation, operation.PathTemplate) is { Allows: false };
        OwnValues values = await context.Api.ValuesAsync(operation, admin, cancellationToken).ConfigureAwait(false);
        Ask? ask = context.Api.AskFor(operation, values.Identity, Actor.Of(low), $"{low.Name} at {operation.Name}");
        Verdict? plain = null;
        foreach (Ask one in ask is null ? [] : Ways(ask with { Reusable = true }, context))
        {
            Verdict verdict = await context.Oracle.JudgeAgainstAsync(one, baseline, cancellationToken).ConfigureAwait(false);
            plain ??= verdict;
            if (verdict is Verdict.Accepted accepted)
            {
                return Probe(new Outcome.Failed(FlawOf(context, operation, baseline, accepted, ground, denied)));
            }
        }

        return Probe(plain is null ? ApiMap.MissingFor(operation, admin) : Accounts.Refused(plain, low.Name));
    }

    /// <summary>The plain call, and in active mode other methods that may reach the same handler past a rule that names GET.</summary>
    private static IEnumerable<Ask> Ways(Ask plain, CheckContext context)
    {
        yield return plain;
        if (context.Request.Mode < ScanMode.Active || plain.Request is not { } get)
        {
            yield break;
        }

        yield return Other(get with { Method = "get" });
        string path = get.Target.Split('?')[0];
        if (!context.Api.Operations.Any(one => one.Method == "POST" && context.Request.Target.Path + one.PathTemplate == path))
        {
            yield return Other(get with { Method = "POST", Headers = [.. get.Headers, new HttpHeader("X-HTTP-Method-Override", "GET")] });
        }

        Ask Other(RawHttpRequest request) => plain with { Title = $"{plain.Actor.Name}: {request.Method} for GET", Request = request, Mode = ScanMode.Active, Reusable = false };
    }

    private static Flaw FlawOf(CheckContext context, Operation operation, Baseline baseline, Verdict.Accepted accepted, (string Ground, bool Declared) ground, bool denied) => new()
    {
        Expected = $"{operation.Name} is refused to an ordinary account: {ground.Ground}.",
        Observed = $"{accepted.Exchange.Ask.Actor.Name} sent {accepted.Exchange.Ask.Request?.Method} {accepted.Exchange.Ask.Request?.Target} and got what {baseline.Ask.Actor.Name} gets, twice ({accepted.Detail}).",
        Confidence = denied && accepted.ByMarker ? Confidence.Confirmed : Confidence.Firm,
        Evidence = [baseline.First.ToEvidence($"control: {baseline.Ask.Actor.Name}"), accepted.Exchange.ToEvidence()],
        Replay = CurlLine.Of(accepted.Exchange.Ask, context.Request),
        Cause = Causes.RoleNotChecked,
    };
}

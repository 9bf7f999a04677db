using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Api;
using Sallyport.Scan.Checks.Exposure;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Target;
using Sallyport.Scan.Transport;

namespace Sallyport.Scan.Checks.Specification;

/// <summary>SPEC-003: whether requirements that stand together (AND) are demanded together.</summary>
internal sealed class BothDemanded : Check
{
    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "SPEC-003",
        Title = "Requirements that stand together are not demanded together",
        Category = Category.Authentication,
        Severity = Severity.High,
        Standards = new() { Cwe = [306, 308], OwaspApi = ["API2:2023"], PciDss = ["8.3.1"], Asvs = ["6.3.4"] },
        Needs = [Need.Tls, Need.Caller, Need.Operations],
        Why = "In a description, schemes in one entry must all be satisfied; entries are alternatives. { mtls: [], token: [] } and two entries with one each look alike and mean the opposite, "
            + "and servers that try one authentication after the other make an OR of every AND.",
        Impact = "One of two factors is enough: a certificate without the token of its user, so that whoever holds the device is whoever they like.",
        How = "Each operation that only reads, and whose every alternative demands a certificate together with something else, is asked with the valid identity's certificate alone. "
            + "The valid identity's answer, twice, is a finding. A missing certificate is SPEC-001's.",
        Sources = ["OpenAPI 3.1.1, section 4.8.30 (security requirement object)"],
        Remedies =
        [
            new(null, "Demand every requirement in one policy, and refuse a request when any of them is missing; never let a second authentication replace the first."),
            new(
                ServerStack.AspNetCore,
                "Name all schemes in one policy and demand a claim of each.",
                ".AddAuthenticationSchemes(\"Certificate\", \"Bearer\").RequireAuthenticatedUser()",
                ".AddAuthenticationSchemes(\"Certificate\", \"Bearer\").RequireAuthenticatedUser()\n    .RequireAssertion(c => c.User.Identities.Count(i => i.IsAuthenticated) == 2)"),
        ],
    };

    /// <inheritdoc/>
    public override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        ImmutableArray<Operation> both = [.. context.Api.Operations
            .Where(operation => operation is { IsSafe: true, DeclaredPublic: false, Security.IsEmpty: false } && operation.Security.All(IsBoth))
            .OrderBy(operation => operation.Name == context.Survey.ProtectedOperation?.Name ? 0 : 1)];
        if (both.IsEmpty)
        {
            return context.Survey.Description is null
                ? Described.Missing
                : CheckResult.NotApplicable("the description demands a certificate together with something else for no operation that only reads");
        }

        ImmutableArray<Identity> identities = [.. context.Api.Identities.Where(one => one.HasCertificate && ApplicationCredentials.Has(one))];
        if (identities.IsEmpty)
        {
            return CheckResult.NotTested("no identity has a certificate and something else, so nothing can be left out", $"--token {context.Api.First?.Name ?? "NAME"}=env:VAR (identities.NAME.token)");
        }

        List<ProbeResult> probes = [];
        foreach (Operation operation in both)
        {
            Identity caller = await CallerAsync(context, operation, identities, cancellationToken).ConfigureAwait(false);
            probes.Add(context.Keep(new(await OneAsync(context, operation, caller, cancellationToken).ConfigureAwait(false)) { Operation = operation.Name, Identity = $"{caller.Name}, certificate only" }));
        }

        return new() { Probes = [.. AnswerCheck.Joined(probes)] };
    }

    private static bool IsBoth(SecurityAlternative alternative) =>
        alternative.Demands(SecuritySchemeKind.MutualTls) && alternative.Schemes.Any(scheme => scheme.Kind is not (SecuritySchemeKind.MutualTls or SecuritySchemeKind.Unknown));

    // Not every identity may call every operation.
    private static async Task<Identity> CallerAsync(CheckContext context, Operation operation, ImmutableArray<Identity> identities, CancellationToken cancellationToken)
    {
        foreach (Identity identity in identities)
        {
            if (await context.Api.BaselineAsync(operation, identity, cancellationToken).ConfigureAwait(false) is BaselineResult.Learned)
            {
                return identity;
            }
        }

        return identities[0];
    }

    private static async Task<Outcome> OneAsync(CheckContext context, Operation operation, Identity identity, CancellationToken cancellationToken)
    {
        if (await context.Api.BaselineAsync(operation, identity, cancellationToken).ConfigureAwait(false) is not BaselineResult.Learned { Baseline: var baseline })
        {
            return context.Api.RequestFor(operation, identity) is null
                ? ApiMap.MissingFor(operation, identity)
                : new Outcome.NotTested($"{identity.Name} gets no answer there that another can be held against");
        }

        Ask ask = baseline.Ask with { Title = "the certificate alone", Actor = Actor.Of(identity).WithoutApplication(), Reusable = false };
        Verdict verdict = await context.Oracle.JudgeAgainstAsync(ask, baseline, cancellationToken).ConfigureAwait(false);
        if (verdict is not Verdict.Accepted accepted)
        {
            return verdict is Verdict.Rejected ? new Outcome.Passed() : new Outcome.NotTested($"with the certificate alone: {verdict.Detail}");
        }

        return await context.Api.AccessAsync(operation, cancellationToken).ConfigureAwait(false) is Access.Public
            ? new Outcome.NotApplicable("it is open to everybody: SPEC-001 and AUTH-001 decide")
            : new Outcome.Failed(new Flaw
            {
                Expected = "A request that lacks one of the requirements that stand together is refused.",
                Observed = $"The description of {operation.Name} demands {Words(operation)}; the certificate alone gets what {identity.Name} gets ({accepted.Detail}).",
                Confidence = accepted.ByMarker ? Confidence.Confirmed : Confidence.Firm,
                Evidence = [baseline.First.ToEvidence(), accepted.Exchange.ToEvidence()],
                Replay = CurlLine.Of(accepted.Exchange.Ask, context.Request),
                // The same cause as BIND-003, whose finding takes this one in.
                Cause = Causes.TokenNotDemanded,
            });
    }

    private static string Words(Operation operation) => string.Join(" or ", operation.Security.Select(alternative => string.Join(" and ", alternative.Schemes.Select(scheme => scheme.Name))));
}

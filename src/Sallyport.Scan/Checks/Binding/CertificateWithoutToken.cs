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

namespace Sallyport.Scan.Checks.Binding;

/// <summary>BIND-003: the certificate without a token, where both are declared.</summary>
internal sealed class CertificateWithoutToken : Check
{
    private const int MaxOperations = 5;

    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "BIND-003",
        Title = "A certificate alone opens what needs a token as well",
        Category = Category.TokenBinding,
        Severity = Severity.Critical,
        Standards = new() { Cwe = [306, 308], OwaspApi = ["API2:2023"], PciDss = ["8.4.2"], Asvs = ["6.3.4"] },
        Needs = [Need.Tls, Need.Identity, Need.CertificateRequested],
        Why = "A description that lists a certificate and a token within one requirement demands both. Code that takes the first proof it finds makes an \"or\" of the \"and\": whoever runs on a machine with a certificate needs no user.",
        Impact = "Anything on a machine with a client certificate acts without a user, or as any user.",
        How = "On operations whose every alternative in the description demands mutual TLS and a token, key or password (or on the protected operation when expect.tokenBinding is required): the first identity's certificate without its application credentials must be refused.",
        Sources = ["OpenAPI 3.1.1, section 4.8.30 (Security Requirement Object)", "RFC 8705, section 3"],
        Remedies = BindTokens.All,
    };

    /// <inheritdoc/>
    public override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        if (!ApplicationCredentials.Has(context.A))
        {
            return CheckResult.NotTested($"{context.A.Name} has a certificate only", $"its token as well: identities.{context.A.Name}.token");
        }

        ImmutableArray<Operation> operations = [.. Both(context).Take(MaxOperations)];
        if (operations.IsEmpty)
        {
            return context.Request.HasDescription
                ? CheckResult.NotApplicable("no operation is described that demands both a certificate and a token")
                : CheckResult.NotTested("nothing says that both a certificate and a token are needed", "--spec FILE (spec), or expect.tokenBinding: required");
        }

        List<ProbeResult> probes = [];
        foreach (Operation operation in operations)
        {
            probes.Add(context.Keep(new(await OnAsync(context, operation, cancellationToken).ConfigureAwait(false)) { Operation = operation.Name, Identity = $"{context.A.Name}, certificate only" }));
        }

        return new() { Probes = [.. probes] };
    }

    private static IEnumerable<Operation> Both(CheckContext context)
    {
        IEnumerable<Operation> described = context.Api.Operations.Where(one => one.Method == "GET" && !one.Security.IsDefaultOrEmpty
            && one.Security.All(way => way.Demands(SecuritySchemeKind.MutualTls) && way.Schemes.Any(scheme => scheme.Kind is not (SecuritySchemeKind.MutualTls or SecuritySchemeKind.Unknown))));
        return context.Request.Expect.TokenBindingRequired && context.Survey.ProtectedOperation is { } chosen
            ? described.Prepend(chosen).DistinctBy(one => one.Name)
            : described;
    }

    private async Task<Outcome> OnAsync(CheckContext context, Operation operation, CancellationToken cancellationToken)
    {
        if (await context.Api.BaselineAsync(operation, context.A, cancellationToken).ConfigureAwait(false) is not BaselineResult.Learned { Baseline: var baseline })
        {
            return new Outcome.NotTested($"the control request of {context.A.Name} did not succeed");
        }

        Ask ask = baseline.Ask with { Title = "certificate only", Actor = Actor.Of(context.A).WithoutApplication(), Reusable = false, Pooled = false };
        Verdict verdict = await context.Oracle.JudgeAgainstAsync(ask, baseline, cancellationToken).ConfigureAwait(false);
        if (verdict is not Verdict.Accepted accepted)
        {
            return verdict is Verdict.Rejected ? new Outcome.Passed() : new Outcome.NotTested($"without the token: {verdict.Detail}");
        }

        // What nobody at all needs to prove anything for is another finding.
        return await context.Api.AccessAsync(operation, cancellationToken).ConfigureAwait(false) is Access.Public open
            ? new Outcome.NotApplicable($"the operation is public: {open.Who} gets the same")
            : new Outcome.Failed(new Flaw
            {
                Expected = "The operation is refused without a token, as its description says.",
                Observed = $"The certificate of {context.A.Name} without its token got what {context.A.Name} gets, twice ({accepted.Detail}).",
                Confidence = accepted.ByMarker ? Confidence.Confirmed : Confidence.Firm,
                Evidence = [baseline.First.ToEvidence(), accepted.Exchange.ToEvidence()],
                Replay = CurlLine.Of(accepted.Exchange.Ask, context.Request),
                Cause = Causes.TokenNotDemanded,
            });
    }
}

using System.Collections.Generic;
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
using Sallyport.Scan.Transport;

namespace Sallyport.Scan.Checks.Specification;

/// <summary>SPEC-001: whether every operation whose description demands mutual TLS refuses a client without a certificate.</summary>
internal sealed class DeclaredMutualTls : Check
{
    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "SPEC-001",
        Title = "Mutual TLS is declared and not enforced",
        Category = Category.Authentication,
        Severity = Severity.Critical,
        Standards = new() { Cwe = [306], OwaspApi = ["API2:2023"], PciDss = ["4.2.1"], Asvs = ["12.3.5"] },
        Needs = [Need.Tls, Need.Caller, Need.Operations],
        Why = "A description that demands mutualTLS, or carries x-mtls, is a promise: clients, gateways and auditors rely on it. The server is configured elsewhere, by somebody else, "
            + "and nothing holds the two together; an operation that was added later is open although its description says otherwise.",
        Impact = "Whoever has the token alone, or nothing at all, calls an operation that everybody believes to be behind a client certificate.",
        How = "Each operation that only reads and whose description demands mutual TLS in every alternative is asked with the valid identity's other credentials, without a certificate. "
            + "The valid identity's answer, twice, is a finding; where the handshake already refuses everyone without a certificate, all operations pass.",
        Sources = ["OpenAPI 3.1.1, section 4.8.27 (type mutualTLS)", "RFC 8705, section 2"],
        Remedies = RequireCertificate.All,
    };

    /// <inheritdoc/>
    public override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        ImmutableArray<Operation> demanding = [.. context.Api.Operations.Where(operation => operation is { DemandsMutualTls: true, DeclaredPublic: false })];
        if (demanding.IsEmpty)
        {
            return context.Survey.Description is null ? Described.Missing : CheckResult.NotApplicable("the description demands mutual TLS for no operation");
        }

        ImmutableArray<Operation> reading = [.. demanding.Where(operation => operation.IsSafe)];
        if (reading.IsEmpty)
        {
            return CheckResult.NotTested("every operation that demands mutual TLS may write, and what a write answers is no proof");
        }

        if (context.Survey is { RequestedLater: false, Authentication: AuthVerdict.Enforced { Where: EnforcementPoint.Handshake or EnforcementPoint.Alert } })
        {
            // The refusal came before any path was named: it holds for every operation.
            return new() { Probes = [.. reading.Select(operation => Probe(operation, new Outcome.Passed()))] };
        }

        List<ProbeResult> probes = [];
        foreach (Operation operation in reading)
        {
            probes.Add(context.Keep(Probe(operation, await OneAsync(context, operation, cancellationToken).ConfigureAwait(false))));
        }

        return new() { Probes = [.. probes] };
    }

    private static ProbeResult Probe(Operation operation, Outcome outcome) => new(outcome) { Operation = operation.Name, Identity = "none" };

    private static async Task<Outcome> OneAsync(CheckContext context, Operation operation, CancellationToken cancellationToken)
    {
        foreach (Identity identity in context.Api.Identities)
        {
            if (await context.Api.BaselineAsync(operation, identity, cancellationToken).ConfigureAwait(false) is not BaselineResult.Learned { Baseline: var baseline })
            {
                continue;
            }

            Ask ask = baseline.Ask with { Title = "no certificate", Actor = Actor.Of(identity).WithoutCertificate(), Reusable = false, Script = null };
            Verdict verdict = await context.Oracle.JudgeAgainstAsync(ask, baseline, cancellationToken).ConfigureAwait(false);
            return verdict switch
            {
                Verdict.Accepted accepted => new Outcome.Failed(new Flaw
                {
                    Expected = "A client without a certificate is refused, as the description of the operation says.",
                    Observed = $"The description of {operation.Name} demands mutual TLS; without a certificate it gets what {identity.Name} gets ({accepted.Detail}).",
                    Confidence = accepted.ByMarker ? Confidence.Confirmed : Confidence.Firm,
                    Evidence = [baseline.First.ToEvidence(), accepted.Exchange.ToEvidence()],
                    Replay = CurlLine.Of(accepted.Exchange.Ask, context.Request),
                    Cause = Causes.NoCertificateServed,
                }),
                Verdict.Rejected => new Outcome.Passed(),
                _ => new Outcome.NotTested($"without a certificate: {verdict.Detail}"),
            };
        }

        Outcome.NotTested missing = ApiMap.MissingFor(operation, context.Api.First);
        return context.Api.RequestFor(operation, context.Api.First) is null ? missing : new Outcome.NotTested("no identity gets an answer there that another can be held against");
    }
}

using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Target;
using Sallyport.Scan.Transport;

namespace Sallyport.Scan.Checks.Enforcement;

/// <summary>MTLS-003: whether a client certificate is asked for and yet optional.</summary>
internal sealed class OptionalCertificate : Check
{
    private const int MaxOperations = 4;

    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "MTLS-003",
        Title = "The client certificate is optional",
        Category = Category.MutualTls,
        Severity = Severity.Medium,
        Standards = new() { Cwe = [306], OwaspApi = ["API2:2023"], PciDss = ["8.3.1"], Asvs = ["12.3.5"] },
        Needs = [Need.Tls, Need.Identity, Need.CertificateRequested],
        Why = "An API may serve some clients by certificate and others by token; then the certificate is optional on purpose. Where the description demands "
            + "mutual TLS for an operation, optional means that one forgotten check in the application opens it.",
        Impact = "Operations that are described as protected by mutual TLS answer to clients without a certificate.",
        How = "Where the server asks for a certificate, the protected operation and those that the description marks with mutualTLS are asked without one, "
            + "each against what the valid identity gets there, twice.",
        Sources = ["OpenAPI 3.1, Security Scheme Object, type mutualTLS", "RFC 8446, section 4.3.2"],
        Remedies = RequireCertificate.All,
    };

    /// <inheritdoc/>
    public override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        List<ProbeResult> probes = [];
        if (context.Survey.ProtectedOperation is { } main)
        {
            Verdict verdict = await context.Oracle.JudgeAsync(Nobody(context) with { Reusable = true }, cancellationToken).ConfigureAwait(false);
            probes.Add(context.Keep(Probe(context, main, verdict)));
        }

        IEnumerable<Operation> marked = context.Request.Operations.Where(o => o is { DemandsMutualTls: true, IsSafe: true } && o != context.Survey.ProtectedOperation);
        foreach (Operation operation in context.Survey.Authentication is AuthVerdict.Enforced ? [] : marked.Take(MaxOperations))
        {
            probes.Add(context.Keep(await OnAsync(context, operation, cancellationToken).ConfigureAwait(false)));
        }

        return new() { Probes = [.. probes] };
    }

    private static Ask Nobody(CheckContext context) => context.H(Actor.Of(context.A).WithoutCertificate(), "no certificate");

    private static async Task<ProbeResult> OnAsync(CheckContext context, Operation operation, CancellationToken cancellationToken)
    {
        if (context.RequestFor(operation, context.A) is not { } request)
        {
            return new(new Outcome.NotTested("a parameter of the operation has no value") { Needs = [$"identities.{context.A.Name}.values"] })
            {
                Operation = operation.Name,
                Identity = "none",
            };
        }

        Ask control = context.H(Actor.Of(context.A), $"control: {context.A.Name}") with { Request = request };
        return await context.Oracle.LearnAsync(control, cancellationToken).ConfigureAwait(false) switch
        {
            BaselineResult.Learned learned => Probe(
                context,
                operation,
                await context.Oracle.JudgeAgainstAsync(Nobody(context) with { Request = request }, learned.Baseline, cancellationToken).ConfigureAwait(false)),
            BaselineResult.Failed failed => new(new Outcome.NotTested($"the control request of {context.A.Name} did not succeed: {failed.Reason}"))
            {
                Operation = operation.Name,
                Identity = "none",
            },
            _ => throw new System.InvalidOperationException("A baseline is learned or not."),
        };
    }

    private static ProbeResult Probe(CheckContext context, Operation operation, Verdict verdict)
    {
        Outcome outcome = verdict switch
        {
            Verdict.Accepted accepted => new Outcome.Failed(Flaw(context, operation, accepted)),
            Verdict.Rejected => new Outcome.Passed(),
            _ => new Outcome.NotTested($"without a certificate: {verdict.Detail}"),
        };
        return new(outcome) { Operation = operation.Name, Identity = "none" };
    }

    private static Flaw Flaw(CheckContext context, Operation operation, Verdict.Accepted accepted)
    {
        bool marked = operation.DemandsMutualTls || context.Request.Expect.MutualTlsRequired;
        bool declared = marked || (operation.DeclaredProtected && !ApplicationCredentials.Has(context.A));
        return new()
        {
            Expected = marked ? "An operation that demands mutual TLS refuses a client without a certificate." : "A certificate that is asked for is needed.",
            Observed = $"{operation.Name} is served without a certificate as it is to {context.A.Name} ({accepted.Detail}).",
            Confidence = declared ? Confidence.Firm : Confidence.Suspect,
            Severity = marked ? Severity.High : null,
            Evidence = [.. Proofs.Control(context), accepted.Exchange.ToEvidence()],
            Replay = CurlLine.Of(accepted.Exchange.Ask, context.Request),
            Cause = Causes.NoCertificateServed,
        };
    }
}

using System.Collections.Generic;
using System.Collections.Immutable;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Target;
using Sallyport.Scan.Transport;

namespace Sallyport.Scan.Checks.Proxy;

/// <summary>PROXY-006: whether the backend answers past the proxy.</summary>
internal sealed class OpenBackend : Check
{
    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "PROXY-006",
        Title = "The backend answers past the proxy that asks for certificates",
        Category = Category.ProxyTrust,
        Severity = Severity.Critical,
        Standards = new() { Cwe = [306], OwaspApi = ["API8:2023"], PciDss = ["1.4.1"], Asvs = ["13.2.1"] },
        Needs = [Need.Caller],
        Why = "A proxy protects a backend only while it is the one way to it. A port that listens on every address, a container that is published, a rule that was opened for a test: each is another.",
        Impact = "Everything that the proxy refuses is served, and its identity headers are the client's to write.",
        How = "The places named as backends are asked for the protected operation, without certificate and without token. The right identity's answer, twice, is a finding; a place that cannot be reached, or refuses, is right.",
        Sources = ["CWE-306", "PCI DSS 4.0.1, requirement 1.4"],
        Remedies = TrustNoHeader.Backends,
    };

    /// <inheritdoc/>
    public override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        ImmutableArray<TargetUrl> backends = context.Request.Backends;
        if (backends.IsEmpty)
        {
            return CheckResult.NotTested("no backend was named", "backends: [http://10.0.0.5:8080], what must not answer from here");
        }

        if (context.Survey is not { Control: { } control, ProtectedOperation: { } operation })
        {
            return CheckResult.NotTested("there is no control request");
        }

        List<ProbeResult> probes = [];
        foreach (TargetUrl backend in backends)
        {
            Ask ask = control.Ask with { Title = $"nobody at {backend}", Actor = Actor.Nobody, Route = Route.To(backend), Reusable = false, Script = null };
            Verdict verdict = await context.Oracle.JudgeAgainstAsync(ask, control, cancellationToken).ConfigureAwait(false);
            Outcome outcome = (verdict, verdict.Judged?.Opening) switch
            {
                (Verdict.Accepted accepted, _) => new Outcome.Failed(new Flaw
                {
                    Expected = $"{backend} cannot be reached from here, or refuses.",
                    Observed = $"It answered the protected operation without any credential ({accepted.Detail}).",
                    Confidence = accepted.ByMarker ? Confidence.Confirmed : Confidence.Firm,
                    Evidence = [control.First.ToEvidence(), accepted.Exchange.ToEvidence()],
                    Replay = CurlLine.Of(ask, context.Request),
                    Cause = "backend answers",
                }),
                (Verdict.Rejected, _) => new Outcome.Passed(),
                (_, Opening.Unreachable { PortClosed: true }) => new Outcome.Passed(),
                _ => new Outcome.NotTested($"{backend}: {verdict.Detail}"),
            };
            probes.Add(context.Keep(new(outcome) { Operation = operation.Name, Identity = "none" }));
        }

        return new() { Probes = [.. probes] };
    }
}

using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Transport;

namespace Sallyport.Scan.Checks.Matrix;

/// <summary>A row about the handshake's proof: A's own certificate is shown, and the proof is broken in each way of the row.</summary>
internal abstract class ProofCheck : Check
{
    /// <summary>What every row needs.</summary>
    protected static ImmutableArray<Need> Usual { get; } = [Need.Tls, Need.Identity, Need.CertificateRequested, Need.CertificateMatters];

    /// <summary>The cause of the row's findings; the rule's own id by default.</summary>
    protected virtual string Cause => Info.Id;

    /// <inheritdoc/>
    public override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        if (Absent(context) is { } absent)
        {
            return new() { Probes = [new(absent)] };
        }

        ImmutableArray<Deviation> deviations = Deviations(context);
        (ProbeResult Probe, MatrixCell Cell)[] results = await Task.WhenAll(deviations.Select(one => OneAsync(context, one, cancellationToken))).ConfigureAwait(false);
        return results.Length == 0
            ? CheckResult.NotApplicable("there is no way to break the proof here that the server has not agreed to")
            : new() { Probes = [.. results.Select(one => one.Probe)], Matrix = [.. results.Select(one => one.Cell)] };
    }

    /// <summary>Why the row does not apply; <c>null</c> when it does.</summary>
    /// <param name="context">The target.</param>
    protected virtual Outcome? Absent(CheckContext context) => context.AskingVersions.IsEmpty
        ? new Outcome.NotTested("no TLS version was seen that asks for a client certificate and that the scanner can speak")
        : null;

    /// <summary>The ways of the row, for every version in which the certificate is asked for.</summary>
    /// <param name="context">The target.</param>
    protected abstract ImmutableArray<Deviation> Deviations(CheckContext context);

    private async Task<(ProbeResult Probe, MatrixCell Cell)> OneAsync(CheckContext context, Deviation deviation, CancellationToken cancellationToken)
    {
        Ask ask = context.H(Actor.Of(context.A), deviation.Identity) with { Version = deviation.Version, Script = deviation.Script };
        Verdict verdict = (await context.Oracle.JudgeAsync(ask, cancellationToken).ConfigureAwait(false))
            .IfDone(deviation.Done, "the server did not ask for the certificate on this connection, so nothing could be broken");
        Outcome outcome = verdict switch
        {
            Verdict.Accepted accepted => new Outcome.Failed(FlawOf(context, deviation, accepted)),
            Verdict.Rejected => new Outcome.Passed(),
            _ => new Outcome.NotTested($"{deviation.Identity}: {verdict.Detail}"),
        };
        ProbeResult probe = new(outcome) { Variant = deviation.Variant, Operation = context.Operation, Identity = deviation.Identity };
        return (context.Keep(probe), context.Cell(deviation.Identity, verdict, Info.Id));
    }

    private Flaw FlawOf(CheckContext context, Deviation deviation, Verdict.Accepted accepted)
    {
        List<Evidence> evidence = [.. context.Controls(), accepted.Exchange.ToEvidence(deviation.Identity)];
        return new()
        {
            Expected = $"Refused: {deviation.Identity}.",
            Observed = $"It got what {context.A.Name} gets, twice ({accepted.Detail}), while {context.A.Name} was served before and after.",
            Confidence = context.ConfidenceOf(accepted),
            Severity = context.AtMost(Info.Severity),
            Evidence = [.. evidence],
            Cause = Cause,
        };
    }
}

using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Forge.Matrix;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Reports;

namespace Sallyport.Scan.Checks.Matrix;

/// <summary>A row of the certificate matrix: every forged identity of its rule is shown in place of A's certificate, and must be refused.</summary>
internal abstract class MatrixCheck : Check
{
    /// <summary>What every row needs.</summary>
    protected static ImmutableArray<Need> Usual { get; } = [Need.Tls, Need.Identity, Need.CertificateRequested, Need.CertificateMatters];

    /// <summary>What a row needs whose identities only the client CA can sign.</summary>
    protected static ImmutableArray<Need> WithCaKey { get; } = [.. Usual, Need.ClientCaKey];

    /// <inheritdoc/>
    public override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        List<(ProbeResult Probe, MatrixCell? Cell)> results = [.. context.Withheld(Info.Id).Select(withheld => (Probe(context, ForgedIdentities.Of(withheld), withheld.Variant, withheld.Description), (MatrixCell?)null))];
        results.AddRange(await Task.WhenAll(context.Forged(Info.Id).Select(forged => OneAsync(context, forged, cancellationToken))).ConfigureAwait(false));
        return results.Count == 0
            ? CheckResult.NotTested("no certificate could be forged for this rule")
            : new() { Probes = [.. results.Select(one => one.Probe)], Matrix = [.. results.Select(one => one.Cell).OfType<MatrixCell>()] };
    }

    /// <summary>The cause that findings of this row share with others; the rule's own id by default.</summary>
    /// <param name="forged">The identity that was served.</param>
    protected virtual string CauseOf(MatrixIdentity forged) => Info.Id;

    /// <summary>Why an identity's treatment would prove nothing; <c>null</c> when it does.</summary>
    /// <param name="context">The target.</param>
    /// <param name="forged">The identity.</param>
    /// <param name="cancellationToken">The scan's token.</param>
    protected virtual Task<Outcome?> DoubtAsync(CheckContext context, MatrixIdentity forged, CancellationToken cancellationToken) =>
        context.DoubtAsync(forged, cancellationToken);

    private ProbeResult Probe(CheckContext context, Outcome outcome, string variant, string identity) => new(outcome)
    {
        Variant = Info.Variants.Any(one => one.Slug == variant) ? variant : null,
        Operation = context.Operation,
        Identity = identity,
    };

    private async Task<(ProbeResult Probe, MatrixCell? Cell)> OneAsync(CheckContext context, MatrixIdentity forged, CancellationToken cancellationToken)
    {
        if (await DoubtAsync(context, forged, cancellationToken).ConfigureAwait(false) is { } doubt)
        {
            return (Probe(context, doubt, forged.Variant, forged.Description), null);
        }

        Verdict verdict = await context.ShowAsync(forged, cancellationToken, Info.Mode).ConfigureAwait(false);
        Outcome outcome = verdict switch
        {
            Verdict.Accepted accepted => new Outcome.Failed(await FlawAsync(context, forged, accepted, cancellationToken).ConfigureAwait(false)),
            Verdict.Rejected rejected => await context.BindingDoubtAsync(rejected, cancellationToken).ConfigureAwait(false) ?? new Outcome.Passed(),
            _ => new Outcome.NotTested($"{forged.Description}: {verdict.Detail}"),
        };
        return (context.Keep(Probe(context, outcome, forged.Variant, forged.Description)), context.Cell(forged.Description, verdict, Info.Id));
    }

    private async Task<Flaw> FlawAsync(CheckContext context, MatrixIdentity forged, Verdict.Accepted accepted, CancellationToken cancellationToken)
    {
        bool unverified = await context.IsUnverifiedAsync(cancellationToken).ConfigureAwait(false);
        List<Evidence> evidence = [.. context.Controls()];
        if (forged.Control is { } name && context.Forged(IdentityMatrix.ControlRule).FirstOrDefault(one => one.Variant == name) is { } control)
        {
            Verdict right = await context.ShowAsync(control, cancellationToken).ConfigureAwait(false);
            evidence.AddRange(right.ToEvidence($"control: {control.Description}") is { } shown ? [shown] : []);
        }

        evidence.Add(accepted.Exchange.ToEvidence(forged.Description));
        return new()
        {
            Expected = $"Refused: {forged.Description}.",
            Observed = $"It got what {context.A.Name} gets, twice ({accepted.Detail}), while {context.A.Name} was served before and after"
                + (context.IsEnforced ? " and a client without a certificate was refused." : ". A client without a certificate is served as well: what was shown is not verified."),
            Confidence = context.ConfidenceOf(accepted),
            Severity = context.AtMost(Info.Variants.FirstOrDefault(one => one.Slug == forged.Variant)?.Severity ?? Info.Severity),
            Evidence = [.. evidence],
            Cause = unverified ? Causes.CertificateNotVerified : CauseOf(forged),
        };
    }
}

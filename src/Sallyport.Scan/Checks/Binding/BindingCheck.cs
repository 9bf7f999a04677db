using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Tokens;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Jose;
using Sallyport.Scan.Oracle;

namespace Sallyport.Scan.Checks.Binding;

/// <summary>A row that crosses certificates and tokens: it needs an identity that has both.</summary>
internal abstract class BindingCheck : Check
{
    /// <inheritdoc/>
    public sealed override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        TokenStage stage = await context.TokenStageAsync(cancellationToken).ConfigureAwait(false);
        if (stage is not TokenStage.Ready { Scene: var scene })
        {
            return new() { Probes = [new(((TokenStage.Missing)stage).Outcome)] };
        }

        return scene.Owner.HasCertificate
            ? await RunAsync(context, scene, cancellationToken).ConfigureAwait(false)
            : CheckResult.NotTested($"{scene.Owner.Name} has a token and no certificate", $"identities.{scene.Owner.Name}.cert and .key");
    }

    /// <summary>Runs the row.</summary>
    /// <param name="context">The target.</param>
    /// <param name="scene">Where; its owner has a certificate and a token.</param>
    /// <param name="cancellationToken">The scan's token.</param>
    protected abstract Task<CheckResult> RunAsync(CheckContext context, TokenScene scene, CancellationToken cancellationToken);

    /// <summary>Whether the scene's token is bound to a certificate.</summary>
    /// <param name="scene">The scene.</param>
    protected static bool IsBound(TokenScene scene) => scene.Token?.BoundCertificate is not null;

    /// <summary>Whether the token is bound to the very certificate that its owner shows here.</summary>
    /// <param name="scene">The scene.</param>
    protected static bool IsBoundToOwner(TokenScene scene) => scene.Token?.BoundCertificate == JsonWebKey.Thumbprint(scene.Owner.Chain[0].AsSpan());

    /// <summary>A probe's result on the scene's operation.</summary>
    /// <param name="scene">Where.</param>
    /// <param name="outcome">What it ended with.</param>
    /// <param name="identity">Who asked.</param>
    protected static ProbeResult Of(TokenScene scene, Outcome outcome, string? identity) => new(outcome) { Operation = scene.Operation.Name, Identity = identity };

    /// <summary>The finding of a combination that was served.</summary>
    /// <param name="scene">Where.</param>
    /// <param name="accepted">What it got.</param>
    /// <param name="expected">What a safe server does.</param>
    /// <param name="observed">What was shown, without what it got.</param>
    /// <param name="more">Further controls.</param>
    protected static Flaw FlawOf(TokenScene scene, Verdict.Accepted accepted, string expected, string observed, params IEnumerable<Evidence> more) => new()
    {
        Expected = expected,
        Observed = $"{observed} got what {scene.Owner.Name} gets, twice ({accepted.Detail}).",
        Confidence = accepted.ByMarker ? Confidence.Confirmed : Confidence.Firm,
        Evidence = [.. scene.Controls(), .. more, accepted.Exchange.ToEvidence()],
    };

    /// <summary>A refusal passes; anything else stays open.</summary>
    /// <param name="verdict">The verdict, no accept.</param>
    /// <param name="name">Who asked.</param>
    protected static Outcome RefusedOr(Verdict verdict, string name) => verdict is Verdict.Rejected ? new Outcome.Passed() : new Outcome.NotTested($"{name}: {verdict.Detail}");
}

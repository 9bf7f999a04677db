using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Reports;

namespace Sallyport.Scan.Checks.Tokens;

/// <summary>A row of the catalogue of tokens: forged tokens in place of the right one, which must all be refused.</summary>
internal abstract class TokenCheck : Check
{
    /// <summary>Whether the row says nothing where no signature is looked at: any token is taken then, and JWT-002 says so.</summary>
    protected virtual bool NeedsSignature => true;

    /// <inheritdoc/>
    public sealed override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        TokenStage stage = await context.TokenStageAsync(cancellationToken).ConfigureAwait(false);
        if (stage is not TokenStage.Ready { Scene: var scene })
        {
            return new() { Probes = [new(((TokenStage.Missing)stage).Outcome)] };
        }

        Outcome? not = TokenStages.NoToken(scene)
            ?? (NeedsSignature && scene.SignatureIgnored ? new Outcome.NotApplicable("a token with a wrong signature is taken: JWT-002 is the cause") : null);
        return not is null ? await RunAsync(context, scene, cancellationToken).ConfigureAwait(false) : new() { Probes = [Of(scene, not, null)] };
    }

    /// <summary>Runs the row.</summary>
    /// <param name="context">The target.</param>
    /// <param name="scene">Where; its token is a JWT.</param>
    /// <param name="cancellationToken">The scan's token.</param>
    protected abstract Task<CheckResult> RunAsync(CheckContext context, TokenScene scene, CancellationToken cancellationToken);

    /// <summary>Sends tokens and reports each: served is a finding, refused passes.</summary>
    /// <param name="context">The target.</param>
    /// <param name="scene">Where.</param>
    /// <param name="probes">The tokens.</param>
    /// <param name="expected">What a safe server does.</param>
    /// <param name="cancellationToken">The scan's token.</param>
    protected async Task<CheckResult> TryAsync(CheckContext context, TokenScene scene, IEnumerable<TokenProbe> probes, string expected, CancellationToken cancellationToken)
    {
        List<(TokenProbe Probe, Verdict Verdict)> judged = [];
        TokenRun run = new(context, scene);
        await using (run.ConfigureAwait(false))
        {
            foreach (TokenProbe probe in probes)
            {
                judged.Add((probe, await run.JudgeAsync(probe.Name, probe.Token, cancellationToken).ConfigureAwait(false)));
            }

            Outcome? doubt = judged.Any(one => one.Verdict is Verdict.Rejected) ? await run.HoldsAsync(cancellationToken).ConfigureAwait(false) : null;
            return Result(context, scene, judged, expected, doubt);
        }
    }

    /// <summary>The result of judged tokens.</summary>
    /// <param name="context">The target.</param>
    /// <param name="scene">Where.</param>
    /// <param name="judged">The tokens and what became of them.</param>
    /// <param name="expected">What a safe server does.</param>
    /// <param name="doubt">Why refusals prove nothing; <c>null</c> when they hold.</param>
    protected CheckResult Result(CheckContext context, TokenScene scene, IReadOnlyCollection<(TokenProbe Probe, Verdict Verdict)> judged, string expected, Outcome? doubt)
    {
        ImmutableArray<ProbeResult> probes =
        [
            .. judged.Where(one => !one.Probe.IsFact).Select(one => Of(scene, one.Verdict switch
            {
                Verdict.Accepted accepted => new Outcome.Failed(FlawOf(context, scene, one.Probe, accepted, expected)),
                Verdict.Rejected => doubt ?? new Outcome.Passed(),
                _ => new Outcome.NotTested($"{one.Probe.Name}: {one.Verdict.Detail}"),
            }, one.Probe.Name) with
            { Variant = one.Probe.Variant }),
        ];
        return new()
        {
            Probes = probes.IsEmpty ? [Of(scene, new Outcome.NotTested("there was nothing to send"), null)] : probes,
            Facts = [.. judged.Where(one => one.Probe.IsFact && one.Verdict is not Verdict.Undecided && doubt is null).Select(one => new Fact(Info.Id, $"A token with {one.Probe.Name}", one.Verdict is Verdict.Accepted ? "accepted" : "refused"))],
            Matrix = [.. judged.Where(one => !one.Probe.IsFact).Select(one => Cell(scene, one.Probe.Name, one.Verdict))],
        };
    }

    /// <summary>A probe's result on the scene's operation.</summary>
    /// <param name="scene">Where.</param>
    /// <param name="outcome">What it ended with.</param>
    /// <param name="identity">The token's name; <c>null</c> for the owner.</param>
    protected static ProbeResult Of(TokenScene scene, Outcome outcome, string? identity) =>
        new(outcome) { Operation = scene.Operation.Name, Identity = identity is null ? scene.Owner.Name : $"{scene.Owner.Name}, {identity}" };

    /// <summary>The finding of a token that was served.</summary>
    /// <param name="context">The target.</param>
    /// <param name="scene">Where.</param>
    /// <param name="probe">The token.</param>
    /// <param name="accepted">What it got.</param>
    /// <param name="expected">What a safe server does.</param>
    protected Flaw FlawOf(CheckContext context, TokenScene scene, TokenProbe probe, Verdict.Accepted accepted, string expected)
    {
        Confidence proof = accepted.ByMarker ? Confidence.Confirmed : Confidence.Firm;
        return new()
        {
            Expected = expected,
            Observed = $"A token with {probe.Name} got what {scene.Owner.Name} gets, twice ({accepted.Detail}), while no token{(scene.SignatureIgnored ? " is" : " and one with a wrong signature are")} refused.",
            Confidence = probe.AtMost < proof ? probe.AtMost : proof,
            Evidence = [.. scene.Controls(), accepted.Exchange.ToEvidence()],
            Cause = probe.Cause ?? Info.Id,
        };
    }

    private MatrixCell Cell(TokenScene scene, string name, Verdict verdict) => new(
        $"{scene.Owner.Name}, {name}",
        scene.Operation.Name,
        verdict switch { Verdict.Accepted => "accepted", Verdict.Rejected => "rejected", _ => "undecided" },
        verdict.Detail,
        verdict switch { Verdict.Accepted => false, Verdict.Rejected => true, _ => null },
        Info.Id);
}

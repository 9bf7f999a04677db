using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Jose;

namespace Sallyport.Scan.Checks.Tokens;

/// <summary>A row that changes one claim or one header under a right signature: it needs a key of the issuer, given or guessed.</summary>
internal abstract class ClaimCheck : TokenCheck
{
    /// <inheritdoc/>
    protected sealed override bool NeedsSignature => false;

    /// <inheritdoc/>
    protected sealed override async Task<CheckResult> RunAsync(CheckContext context, TokenScene scene, CancellationToken cancellationToken)
    {
        JsonWebToken token = scene.Token!; // the base runs only with one
        if (Absent(context, token) is { } absent)
        {
            return new() { Probes = [Of(scene, absent, null)] };
        }

        (TokenForge? forge, Outcome? not) = await TokenForge.OfAsync(context, scene, cancellationToken).ConfigureAwait(false);
        return forge is null
            ? await WithoutForgeAsync(context, scene, not!, cancellationToken).ConfigureAwait(false) // one of the two is there
            : await RunAsync(context, scene, token, forge, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Runs the row.</summary>
    /// <param name="context">The target.</param>
    /// <param name="scene">Where.</param>
    /// <param name="token">The right token.</param>
    /// <param name="forge">Signs as the issuer does.</param>
    /// <param name="cancellationToken">The scan's token.</param>
    protected abstract Task<CheckResult> RunAsync(CheckContext context, TokenScene scene, JsonWebToken token, TokenForge forge, CancellationToken cancellationToken);

    /// <summary>Why the row says nothing of such tokens; <c>null</c> when it does.</summary>
    /// <param name="context">The target.</param>
    /// <param name="token">The right token.</param>
    protected virtual Outcome? Absent(CheckContext context, JsonWebToken token) => null;

    /// <summary>What the row answers when no token can be forged: why not.</summary>
    /// <param name="context">The target.</param>
    /// <param name="scene">Where.</param>
    /// <param name="not">Why not.</param>
    /// <param name="cancellationToken">The scan's token.</param>
    protected virtual Task<CheckResult> WithoutForgeAsync(CheckContext context, TokenScene scene, Outcome not, CancellationToken cancellationToken) =>
        Task.FromResult(new CheckResult { Probes = [Of(scene, not, null)] });
}

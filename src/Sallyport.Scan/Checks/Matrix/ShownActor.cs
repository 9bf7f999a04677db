using System.Threading;
using System.Threading.Tasks;
using Sallyport.Forge.Matrix;
using Sallyport.Scan.Checks.Tokens;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Jose;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Target;
using Sallyport.Scan.Transport;

namespace Sallyport.Scan.Checks.Matrix;

/// <summary>Who shows a forged certificate: A with all that it has, but with no token that is good for another certificate only.</summary>
/// <remarks>
/// A token that is bound to A's certificate (RFC 8705, section 3) is refused with every other one, the right ones too: such a refusal says
/// nothing of the certificate. With the issuer's key the token is bound to the certificate that is shown.
/// </remarks>
internal static class ShownActor
{
    extension(CheckContext context)
    {
        /// <summary>A, showing a forged certificate.</summary>
        /// <param name="forged">The identity.</param>
        /// <param name="cancellationToken">The scan's token.</param>
        public async Task<Actor> ShowingAsync(MatrixIdentity forged, CancellationToken cancellationToken)
        {
            Actor actor = Actor.Of(context.A).With(forged);
            if (await context.BinderAsync(cancellationToken).ConfigureAwait(false) is not (var forge, var token))
            {
                return actor;
            }

            string thumbprint = JsonWebKey.Thumbprint(forged.Identity.Chain[0].Span);
            return actor.WithToken(forged.Description, new Secret(forge.Make(token.Header, token.Claims.With("cnf", $$"""{"x5t#S256":"{{thumbprint}}"}"""))));
        }

        /// <summary>Why a refusal in HTTP says nothing of the certificate that was shown; <c>null</c> when it does.</summary>
        /// <param name="rejected">The refusal.</param>
        /// <param name="cancellationToken">The scan's token.</param>
        public async Task<Outcome?> BindingDoubtAsync(Verdict.Rejected rejected, CancellationToken cancellationToken)
        {
            if (rejected is not { Where: EnforcementPoint.Http, Status: { } status }
                || !await context.IsBoundAsync(cancellationToken).ConfigureAwait(false)
                || await context.BinderAsync(cancellationToken).ConfigureAwait(false) is not null)
            {
                return null;
            }

            // Refused otherwise than a right certificate with the wrong token, it was refused for itself.
            if (context.Survey.B is { HasCertificate: true } other && Actor.Of(other).Credential is { } credential)
            {
                string name = $"certificate of {other.Name}, token of {context.A.Name}";
                Verdict right = await context.Shared.OnceAsync(
                    $"binding: {name}", () => context.Oracle.JudgeAsync(context.Shown(Actor.Of(context.A).With(name, credential)), cancellationToken)).ConfigureAwait(false);
                if (right is Verdict.Accepted || (right is Verdict.Rejected usual && usual.Status != status))
                {
                    return null;
                }
            }

            return new Outcome.NotTested($"it got HTTP {status}, as any certificate would but the one that the token of {context.A.Name} is bound to")
            {
                Needs = ["issuer: { key: \"@issuer.key\", alg: ES256 }, so that a token can be bound to the certificate that is shown"],
            };
        }

        private async Task<bool> IsBoundAsync(CancellationToken cancellationToken) =>
            (await context.Api.CredentialsAsync(context.A, cancellationToken).ConfigureAwait(false)).Token is { } token
            && JsonWebToken.TryParse(token.Reveal(), out JsonWebToken? read, out _)
            && read.BoundCertificate == JsonWebKey.Thumbprint(context.A.Chain[0].AsSpan());

        /// <summary>What makes tokens of A for other certificates, proved; <c>null</c> without the issuer's key, and where A's token is bound to nothing.</summary>
        private Task<(TokenForge Forge, JsonWebToken Token)?> BinderAsync(CancellationToken cancellationToken) => context.Request.Issuer is null
            ? Task.FromResult<(TokenForge, JsonWebToken)?>(null)
            : context.Shared.OnceAsync<(TokenForge, JsonWebToken)?>("the binder of tokens", async () =>
            {
                if (!await context.IsBoundAsync(cancellationToken).ConfigureAwait(false)
                    || await context.TokenStageAsync(cancellationToken).ConfigureAwait(false) is not TokenStage.Ready { Scene: { Token: { } token } scene }
                    || scene.Owner.Name != context.A.Name)
                {
                    return null;
                }

                return (await TokenForge.OfAsync(context, scene, cancellationToken).ConfigureAwait(false)).Forge is { } forge ? (forge, token) : null;
            });
    }
}

using System;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Jose;
using Sallyport.Scan.Oracle;

namespace Sallyport.Scan.Checks.Tokens;

/// <summary>Makes tokens that the server takes for the issuer's: with the issuer's key, a guessed secret, or any signature where none counts.</summary>
/// <param name="Means">How, in words: <c>issuer.key</c>, <c>the guessed secret</c>, <c>any signature</c>.</param>
/// <param name="Signer">The signer; <c>null</c> where no signature counts.</param>
internal sealed record TokenForge(string Means, JwsSigner? Signer)
{
    /// <summary>A token of a header and claims.</summary>
    /// <param name="header">The header; its algorithm becomes the signer's.</param>
    /// <param name="claims">The claims.</param>
    public string Make(JoseObject header, JoseObject claims) => Make(header, claims.Bytes);

    /// <summary>A token of a header and a payload.</summary>
    /// <param name="header">The header; its algorithm becomes the signer's.</param>
    /// <param name="payload">The payload.</param>
    public string Make(JoseObject header, ReadOnlySpan<byte> payload) => Signer is { } signer
        ? JsonWebToken.Sign(header, payload, signer)
        : JsonWebToken.Encode(header, payload, new byte[64]);

    /// <summary>The forge of a scan, proved: a token that is only signed anew is taken.</summary>
    /// <param name="context">The target.</param>
    /// <param name="scene">The scene.</param>
    /// <param name="cancellationToken">The scan's token.</param>
    /// <returns>The forge, or why there is none.</returns>
    public static Task<(TokenForge? Forge, Outcome? Not)> OfAsync(CheckContext context, TokenScene scene, CancellationToken cancellationToken) =>
        context.Shared.OnceAsync("the forge of tokens", () => ProvedAsync(context, scene, cancellationToken));

    private static async Task<(TokenForge? Forge, Outcome? Not)> ProvedAsync(CheckContext context, TokenScene scene, CancellationToken cancellationToken)
    {
        if (scene.Token is not { } token)
        {
            return (null, TokenStages.NoToken(scene));
        }

        TokenForge? forge = null;
        if (context.Request.Issuer is { } issuer)
        {
            if (!JwsSigner.TryRead(issuer.Algorithm, issuer.Key.Reveal(), out JwsSigner? signer, out string? fault))
            {
                return (null, new Outcome.NotTested($"issuer.key cannot be used: {fault}") { Needs = ["issuer: { key: \"@issuer.key\", alg: ES256 }"] });
            }

            forge = new("issuer.key", signer);
        }
        else if (await SecretSearch.OfAsync(context, scene, cancellationToken).ConfigureAwait(false) is { Key: { } key })
        {
            forge = new("the guessed secret", JwsSigner.Hmac(token.Algorithm, key));
        }
        else if (scene.SignatureIgnored)
        {
            forge = new("any signature", null);
        }

        if (forge is null)
        {
            return (null, new Outcome.NotTested("no key of the token issuer is known, so no claim can be changed under a right signature")
            {
                Needs = ["the signing key of the token issuer of a test environment: issuer: { key: \"@issuer.key\", alg: ES256 }"],
            });
        }

        // One member more than the real claims: equal bytes could be answered from a cache of tokens seen before.
        JoseObject renewed = token.Claims.With("sallyport", "\"control\"");
        Verdict own = await context.Oracle.JudgeAgainstAsync(scene.Ask($"control: signed anew with {forge.Means}", forge.Make(token.Header, renewed)), scene.Baseline, cancellationToken).ConfigureAwait(false);
        return own is Verdict.Accepted
            ? (forge, null)
            : (null, new Outcome.NotTested($"a token with the right claims, signed anew with {forge.Means}, is not taken: {own.Detail}")
            {
                Needs = [$"issuer.key and issuer.alg of the issuer that signs the tokens of {scene.Owner.Name}"],
            });
    }
}

using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Jose;

namespace Sallyport.Scan.Checks.Tokens;

/// <summary>The search for the shared secret of the scene's token: offline, once a scan.</summary>
internal static class SecretSearch
{
    /// <summary>How long it may take; the built-in list takes about a second on one core.</summary>
    private static readonly TimeSpan s_budget = TimeSpan.FromSeconds(10);

    /// <summary>What it ended with; <c>null</c> when the token has no shared secret.</summary>
    /// <param name="context">The target, whose names are tried as well.</param>
    /// <param name="scene">The scene.</param>
    /// <param name="cancellationToken">The scan's token.</param>
    public static Task<HmacSearch?> OfAsync(CheckContext context, TokenScene scene, CancellationToken cancellationToken) =>
        context.Shared.OnceAsync("the search for the shared secret", () => SearchAsync(context, scene, cancellationToken));

    private static async Task<HmacSearch?> SearchAsync(CheckContext context, TokenScene scene, CancellationToken cancellationToken)
    {
        if (scene.Token is not { Algorithm: "HS256" or "HS384" or "HS512" } token)
        {
            return null;
        }

        IEnumerable<string> names =
        [
            context.Request.Target.Host, .. context.Request.Names, .. token.Claims.Texts("iss"), .. token.Claims.Texts("aud"), .. token.Claims.Texts("azp"),
            .. token.Claims.Texts("client_id"), .. token.Header.Texts("kid"), .. token.Claims.Texts("sub"),
        ];
        // It only computes: a thread of its own keeps the scan's other answers coming.
        return await Task.Run(() => HmacDictionary.With(names.Distinct(StringComparer.Ordinal)).Search(token, s_budget, context.Time, cancellationToken), cancellationToken).ConfigureAwait(false);
    }
}

using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Jose;
using Sallyport.Scan.Target;
using Sallyport.Scan.Transport;
using Sallyport.Tls.Http;

namespace Sallyport.Scan.Checks.Tokens;

/// <summary>The public keys that an attacker of this API would have; looked for once a scan, and only at places that the user named.</summary>
internal static class PublicKeys
{
    private const int MaxKeys = 6;

    /// <summary>The keys: the issuer's first.</summary>
    /// <param name="context">The target.</param>
    /// <param name="scene">The scene.</param>
    /// <param name="cancellationToken">The scan's token.</param>
    public static Task<ImmutableArray<PublicKey>> OfAsync(CheckContext context, TokenScene scene, CancellationToken cancellationToken) =>
        context.Shared.OnceAsync("the public keys", () => FindAsync(context, scene, cancellationToken));

    private static async Task<ImmutableArray<PublicKey>> FindAsync(CheckContext context, TokenScene scene, CancellationToken cancellationToken)
    {
        JsonWebToken token = scene.Token!; // only checks of JWTs ask
        List<PublicKey> found = [];
        foreach (string encoded in token.Header.Texts("x5c").Take(1))
        {
            byte[] room = new byte[encoded.Length];
            if (Convert.TryFromBase64String(encoded, room, out int written) && JsonWebKey.OfCertificate(room.AsSpan(0, written)) is { } shown)
            {
                found.Add(new(shown, "token's own certificate"));
            }
        }

        foreach (TargetUrl place in Places(context, token))
        {
            ImmutableArray<JsonWebKey> set = await KeySetAsync(context, scene, place, cancellationToken).ConfigureAwait(false);
            found.AddRange(set.OrderByDescending(key => key.Verifies(token)).Take(MaxKeys).Select(key => new PublicKey(key, "issuer's key")));
            if (set.Any(key => key.Verifies(token)))
            {
                break;
            }
        }

        if (!context.Survey.ServerChain.IsEmpty && JsonWebKey.OfCertificate(context.Survey.ServerChain[0].AsSpan()) is { } server)
        {
            found.Add(new(server, "server's TLS key"));
        }

        if (!scene.Owner.Chain.IsEmpty && JsonWebKey.OfCertificate(scene.Owner.Chain[0].AsSpan()) is { } client)
        {
            found.Add(new(client, "client's key"));
        }

        return [.. found];
    }

    // The issuer's own address counts only where the user named the place (CONTRACTS.md): a host out of a token is never contacted.
    private static IEnumerable<TargetUrl> Places(CheckContext context, JsonWebToken token)
    {
        string issuer = token.Claims.Text("iss") ?? "";
        IEnumerable<TargetUrl> named = [context.Request.Target, .. context.Request.Origins];
        return TargetUrl.TryParse(issuer, out TargetUrl? url, out _)
            ? named.Where(place => place.Host == url.Host && place.Port == url.Port && place.Tls == url.Tls).Select(_ => url).Concat([context.Request.Target]).Distinct()
            : [context.Request.Target];
    }

    private static async Task<ImmutableArray<JsonWebKey>> KeySetAsync(CheckContext context, TokenScene scene, TargetUrl place, CancellationToken cancellationToken)
    {
        ImmutableArray<JsonWebKey> keys = JsonWebKey.ReadSet(await GetAsync(context, scene, place, place.Path + "/.well-known/jwks.json", cancellationToken).ConfigureAwait(false));
        if (!keys.IsEmpty)
        {
            return keys;
        }

        byte[] described = await GetAsync(context, scene, place, place.Path + "/.well-known/openid-configuration", cancellationToken).ConfigureAwait(false);
        if (JoseObject.TryRead(described, out JoseObject? description, out _) && description.Text("jwks_uri") is { } address
            && Uri.TryCreate(address, UriKind.Absolute, out Uri? uri) && uri.IdnHost.Equals(place.Host, StringComparison.OrdinalIgnoreCase) && uri.Port == place.Port)
        {
            keys = JsonWebKey.ReadSet(await GetAsync(context, scene, place, uri.PathAndQuery, cancellationToken).ConfigureAwait(false));
        }

        return keys.IsEmpty ? JsonWebKey.ReadSet(await GetAsync(context, scene, place, place.Path + "/jwks", cancellationToken).ConfigureAwait(false)) : keys;
    }

    private static async Task<byte[]> GetAsync(CheckContext context, TokenScene scene, TargetUrl place, string path, CancellationToken cancellationToken)
    {
        Exchange exchange = await context.Transport.ExchangeAsync(
            new Ask
            {
                Title = "public keys",
                Route = Route.To(place),
                Actor = Actor.Of(scene.Owner).WithoutApplication(),
                Request = new RawHttpRequest { Target = path },
                Reusable = true,
                Pooled = true,
            },
            cancellationToken).ConfigureAwait(false);
        return exchange.Answer is { Status: 200, BodyTruncated: false } answer ? answer.Body.ToArray() : [];
    }
}

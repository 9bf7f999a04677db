using System;
using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Threading.Tasks;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace OrdersApi.App.Tokens;

/// <summary>Whether a token is one of this API's own, good now, and not taken back (RFC 9068, section 4).</summary>
internal sealed class TokenVerifier(FrozenSet<Weakness> weak, TokenMint mint, TokenFlaws flaws, Func<string> issuer, TimeProvider time)
{
    private static readonly TimeSpan _skew = TimeSpan.FromSeconds(10);
    private readonly JsonWebTokenHandler _handler = new() { MapInboundClaims = false };
    private readonly ConcurrentDictionary<string, bool> _revoked = new(StringComparer.Ordinal);

    /// <summary>The token, or null: the caller is never told what was wrong with it.</summary>
    public async Task<AccessToken?> VerifyAsync(string token)
    {
        var rules = Rules();
        if (await flaws.ForgivesAsync(token))
        {
            rules.SignatureValidator = (text, _) => new JsonWebToken(text);
        }
        else if (!weak.Contains(Weakness.LooseTokenShape) && !TokenShape.Holds(token, mint.KeyId))
        {
            return null;
        }

        var result = await _handler.ValidateTokenAsync(token, rules);
        return result.IsValid && result.SecurityToken is JsonWebToken jwt ? Read(jwt) : null;
    }

    /// <summary>Takes a token back (RFC 7009).</summary>
    public void Revoke(AccessToken token) => _revoked[token.Id] = true;

    private AccessToken? Read(JsonWebToken token)
    {
        // Sub, scope and jti are texts, or the token is none of ours.
        if (!token.TryGetPayloadValue("sub", out string? subject) || !token.TryGetPayloadValue("scope", out string? scope)
            || !token.TryGetPayloadValue("jti", out string? id) || subject is not { Length: > 0 } || id is not { Length: > 0 } || scope is null
            || (token.IssuedAt > time.GetUtcNow().UtcDateTime + _skew && !weak.Contains(Weakness.NotBeforeIgnored))
            || (_revoked.ContainsKey(id) && !weak.Contains(Weakness.TokenOutlivesLogout)))
        {
            return null;
        }

        var scopes = scope.Split(' ', StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.Ordinal);
        return new AccessToken(subject, scopes, Confirmation.Of(token, weak), id, new DateTimeOffset(token.ValidTo, TimeSpan.Zero));
    }

    private TokenValidationParameters Rules() => new()
    {
        ValidAlgorithms = [mint.Algorithm],
        ValidTypes = weak.Contains(Weakness.TokenTypeIgnored) ? null : ["at+jwt"],
        ValidIssuer = issuer(),
        ValidateIssuer = !weak.Contains(Weakness.IssuerIgnored),
        ValidAudience = TokenMint.Audience,
        ValidateAudience = !weak.Contains(Weakness.AudienceIgnored),
        IssuerSigningKey = mint.VerificationKey,
        RequireExpirationTime = !weak.Contains(Weakness.ExpiryIgnored),
        RequireSignedTokens = true,
        LifetimeValidator = (from, until, _, _) => IsCurrent(from, until),
    };

    private bool IsCurrent(DateTime? from, DateTime? until)
    {
        var now = time.GetUtcNow().UtcDateTime;
        return (weak.Contains(Weakness.NotBeforeIgnored) || (from is { } start && start <= now + _skew))
            && (weak.Contains(Weakness.ExpiryIgnored) || (until is { } end && end > now - _skew));
    }
}

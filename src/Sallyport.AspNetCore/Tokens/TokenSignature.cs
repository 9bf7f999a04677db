using System;
using System.Security.Cryptography;
using System.Threading.Tasks;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Sallyport.AspNetCore.Tokens;

/// <summary>Has a token verified by the platform's token library, under one key and one algorithm, with its whole strictness on.</summary>
/// <remarks>What the library is asked beside the signature, our own rules ask too, for every request: a token must satisfy both.</remarks>
internal sealed class TokenSignature(TimeProvider time)
{
    private readonly JsonWebTokenHandler _handler = new() { MapInboundClaims = false, MaximumTokenSizeInBytes = 65_536 };

    public async ValueTask<bool> VerifyAsync(string token, TokenContent content, VerificationKey key, TokenIssuer issuer, TimeSpan skew)
    {
        var parameters = new TokenValidationParameters
        {
            ValidAlgorithms = [content.Algorithm],
            ValidTypes = [content.Type],
            ValidIssuer = issuer.Name,
            ValidAudiences = issuer.Audiences,
            RequireSignedTokens = true,
            RequireExpirationTime = true,
            TryAllIssuerSigningKeys = false,
            IssuerSigningKeyResolver = (_, _, _, _) => [key.Key],
            LifetimeValidator = (notBefore, expires, _, _) => IsNow(notBefore, expires, skew),
            CryptoProviderFactory = key.Key.CryptoProviderFactory,
        };
        try
        {
            TokenValidationResult result = await _handler.ValidateTokenAsync(token, parameters);
            return result.IsValid;
        }
        catch (Exception e) when (e is SecurityTokenException or ArgumentException or CryptographicException or FormatException)
        {
            return false;
        }
    }

    // The library's own rule asks the system's clock; ours is injected.
    private bool IsNow(DateTime? notBefore, DateTime? expires, TimeSpan skew)
    {
        DateTime now = time.GetUtcNow().UtcDateTime;
        return expires is { } end && now < end + skew && (notBefore is not { } start || now >= start - skew);
    }
}

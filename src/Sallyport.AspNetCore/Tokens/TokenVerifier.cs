using System;
using System.Buffers;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using System.Threading.Tasks;
using Microsoft.Extensions.Options;
using Sallyport.AspNetCore.Identity;
using Sallyport.Certificates;

namespace Sallyport.AspNetCore.Tokens;

/// <summary>Decides whether a token counts for a caller whose certificate is known already. Anew for every request, without I/O.</summary>
internal sealed class TokenVerifier(TokenIssuers issuers, TokenSignature signatures, ITokenDenyList denied, IOptions<SallyportOptions> options, TimeProvider time)
{
    private readonly TokenOptions _options = options.Value.Tokens;
    private readonly VerifiedSignatures _verified = new(options.Value.Tokens.RememberedSignatures);

    /// <summary>Judges a token.</summary>
    /// <param name="token">Its characters; all of them of the alphabet, and no more than the longest.</param>
    /// <param name="caller">Whose certificate it came with.</param>
    public ValueTask<TokenVerdict> VerifyAsync(ReadOnlySpan<char> token, ICallerFeature caller)
    {
        DateTimeOffset now = time.GetUtcNow();
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        Hash(token, hash);
        if (_verified.Find(hash) is { } known)
        {
            // What it says is known, and that its signature was good under a key. Whether that key, or the issuer, still counts is not.
            TokenRefusal refusal = FindKey(known.Content, now, out _, out VerificationKey? current);
            if (refusal != TokenRefusal.None)
            {
                return new(new TokenVerdict.Refused(refusal));
            }

            if (known.Key.Equals(current))
            {
                return new(Judge(known.Content, caller, now));
            }
        }

        TokenRefusal unread = TokenReader.Read(token, out TokenContent? content);
        return unread != TokenRefusal.None || content is null
            ? new(new TokenVerdict.Refused(unread))
            : VerifySignatureAsync(token.ToString(), content, hash.ToArray(), caller, now);
    }

    private async ValueTask<TokenVerdict> VerifySignatureAsync(string token, TokenContent content, byte[] hash, ICallerFeature caller, DateTimeOffset now)
    {
        TokenRefusal refusal = FindKey(content, now, out TokenIssuer? issuer, out VerificationKey? key);
        if (refusal != TokenRefusal.None || issuer is null || key is null)
        {
            return new TokenVerdict.Refused(refusal);
        }

        // What can be refused without arithmetic is refused first.
        TokenVerdict verdict = Judge(content, caller, now);
        if (verdict is TokenVerdict.Refused)
        {
            return verdict;
        }

        if (!await signatures.VerifyAsync(token, content, key, issuer, _options.ClockSkew))
        {
            return new TokenVerdict.Refused(TokenRefusal.SignatureWrong);
        }

        _verified.Add(hash, content, key, now);
        return verdict;
    }

    private TokenRefusal FindKey(TokenContent content, DateTimeOffset now, out TokenIssuer? issuer, out VerificationKey? key)
    {
        key = null;
        issuer = issuers.Find(content.Issuer);
        if (issuer is null)
        {
            return TokenRefusal.IssuerUnknown;
        }

        if (!issuer.Algorithms.Contains(content.Algorithm))
        {
            return TokenRefusal.AlgorithmRefused;
        }

        if (issuer.KeysAt(now) is not { } keys)
        {
            issuer.WantKeys();
            return TokenRefusal.KeysMissing;
        }

        key = keys.Find(content.KeyId, content.Algorithm);
        if (key is null)
        {
            issuer.WantKeys();
            return TokenRefusal.KeyUnknown;
        }

        return TokenRefusal.None;
    }

    /// <summary>Everything but the signature. The order is that of the audit's interest; the caller hears one answer for all.</summary>
    private TokenVerdict Judge(TokenContent content, ICallerFeature caller, DateTimeOffset now)
    {
        TokenIssuer? issuer = issuers.Find(content.Issuer);
        TimeSpan skew = _options.ClockSkew;
        TokenRefusal refusal =
            issuer is null ? TokenRefusal.IssuerUnknown
            : !content.Audiences.Any(issuer.Audiences.Contains) ? TokenRefusal.AudienceWrong
            : now >= content.ExpiresAt + skew ? TokenRefusal.Expired
            : content.NotBefore > now + skew ? TokenRefusal.NotYetValid
            : content.IssuedAt > now + skew ? TokenRefusal.IssuedInTheFuture
            : Confirm(content.Confirmation, caller.Certificate.Thumbprint);
        if (refusal != TokenRefusal.None)
        {
            return new TokenVerdict.Refused(refusal);
        }

        var token = new AcceptedToken(content, caller.Identity);
        return !IsOf(token, caller.Identity) ? new TokenVerdict.Refused(TokenRefusal.SubjectMismatch)
            : content.JwtId is { } jwtId && denied.IsDenied(content.Issuer, jwtId) ? new TokenVerdict.Refused(TokenRefusal.Denied)
            : new TokenVerdict.Accepted(token);
    }

    private TokenRefusal Confirm(TokenConfirmation confirmation, CertificateThumbprint presented) => confirmation switch
    {
        TokenConfirmation.Certificate bound => bound.Thumbprint == presented ? TokenRefusal.None : TokenRefusal.BoundToAnother,
        TokenConfirmation.Absent => _options.Binding == TokenBinding.Required ? TokenRefusal.Unbound : TokenRefusal.None,
        _ => TokenRefusal.ConfirmationNotUnderstood,
    };

    private bool IsOf(AcceptedToken token, CertificateIdentity identity) => _options.SubjectMatches is { } matches
        ? matches(token, identity)
        : string.Equals(token.Subject, identity.Name, StringComparison.Ordinal) || string.Equals(token.ClientId, identity.Name, StringComparison.Ordinal);

    private static void Hash(ReadOnlySpan<char> token, Span<byte> hash)
    {
        byte[] rented = ArrayPool<byte>.Shared.Rent(token.Length);
        int length = Encoding.ASCII.GetBytes(token, rented);
        SHA256.HashData(rented.AsSpan(0, length), hash);
        ArrayPool<byte>.Shared.Return(rented, clearArray: true);
    }
}

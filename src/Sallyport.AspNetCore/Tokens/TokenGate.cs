using System;
using System.Collections.Generic;
using System.Linq;
using System.Security.Claims;
using System.Text;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Sallyport.AspNetCore.Audit;
using Sallyport.AspNetCore.Authorization;
using Sallyport.AspNetCore.Identity;
using Sallyport.AspNetCore.Lockout;

namespace Sallyport.AspNetCore.Tokens;

/// <summary>The second proof of a request: an access token that belongs to the certificate of the first. Runs after the certificate's identity is known.</summary>
/// <remarks>Answers of RFC 6750, section 3, without a word on what was wrong; the audit trail has it.</remarks>
internal sealed class TokenGate(TokenVerifier verifier, TokenIssuers issuers, IAuditTrail audit, ILockout lockout, IOptions<SallyportOptions> options)
{
    /// <summary>The authentication type of what a token adds to the principal.</summary>
    public const string AuthenticationType = SallyportDefaults.Scheme + ".Token";

    private const string ScopeClaim = SallyportClaimTypes.Scope;
    private const string NoToken = "Bearer";
    private const string BadToken = "Bearer error=\"invalid_token\"";

    private readonly int _maxLength = options.Value.Tokens.MaxLength;

    public Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        IReadOnlyList<IBoundTokenMetadata> wanted = context.GetEndpoint()?.Metadata.GetOrderedMetadata<IBoundTokenMetadata>() ?? [];
        if (issuers.All.IsEmpty)
        {
            return wanted.Count == 0 ? next(context) : RefuseAsync(context, TokenRefusal.Missing, NoToken);
        }

        TokenRefusal refusal = BearerHeader.Read(context.Request.Headers.Authorization, _maxLength, out ReadOnlySpan<char> token);
        if (context.Features.Get<ICallerFeature>() is not { } caller)
        {
            // Without a certificate's identity no token is read, and no answer tells of one: authorization refuses, for the certificate.
            // Where it would not, the request shows a token on a path that nothing binds it to.
            bool isOpen = context.GetEndpoint()?.Metadata.GetMetadata<IAllowAnonymous>() is not null;
            bool hasToken = refusal != TokenRefusal.None || !token.IsEmpty;
            return wanted.Count > 0 ? RefuseAsync(context, TokenRefusal.Missing, null, StatusCodes.Status403Forbidden)
                : isOpen && hasToken ? RefuseAsync(context, TokenRefusal.UnboundPath, BadToken)
                : next(context);
        }

        if (refusal != TokenRefusal.None)
        {
            return RefuseAsync(context, refusal, BadToken);
        }

        if (token.IsEmpty)
        {
            return wanted.Count == 0 ? next(context) : RefuseAsync(context, TokenRefusal.Missing, NoToken);
        }

        ValueTask<TokenVerdict> verdict = verifier.VerifyAsync(token, caller);
        return verdict.IsCompletedSuccessfully ? GoOnAsync(context, next, verdict.Result, wanted) : WaitAsync(context, next, verdict, wanted);
    }

    private async Task WaitAsync(HttpContext context, RequestDelegate next, ValueTask<TokenVerdict> verdict, IReadOnlyList<IBoundTokenMetadata> wanted) =>
        await GoOnAsync(context, next, await verdict, wanted);

    private Task GoOnAsync(HttpContext context, RequestDelegate next, TokenVerdict verdict, IReadOnlyList<IBoundTokenMetadata> wanted)
    {
        if (verdict is not TokenVerdict.Accepted { Token: var token })
        {
            return RefuseAsync(context, verdict is TokenVerdict.Refused refused ? refused.Reason : TokenRefusal.Malformed, BadToken);
        }

        if (wanted.Count > 0 && !token.IsBound)
        {
            return RefuseAsync(context, TokenRefusal.Unbound, BadToken);
        }

        for (int i = 0; i < wanted.Count; i++)
        {
            if (!token.HasScope(wanted[i].Scope))
            {
                string challenge = $"Bearer error=\"insufficient_scope\", scope=\"{string.Join(' ', wanted.Select(one => one.Scope))}\"";
                return RefuseAsync(context, TokenRefusal.ScopeMissing, challenge, StatusCodes.Status403Forbidden);
            }
        }

        lockout.IdentityPassed(context.Features.Get<ICallerFeature>()?.Identity.Name ?? "");
        if (token.IsBound)
        {
            context.Features.Set<IBoundTokenFeature>(token);
        }

        context.Features.Set<ITokenFeature>(token);
        context.User = With(context.User, token);
        return next(context);
    }

    private async Task RefuseAsync(HttpContext context, TokenRefusal refusal, string? challenge, int status = StatusCodes.Status401Unauthorized)
    {
        if (IsAttempt(refusal) && context.Features.Get<ICallerFeature>() is { } caller)
        {
            lockout.CallerFailed(caller);
        }

        await audit.RecordAsync(RequestEvents.Refused(context, $"{AuditReasons.TokenRefused}:{Code(refusal)}"), context.RequestAborted);
        context.Response.Headers.WWWAuthenticate = challenge; // none when it was not the token that was missed
        await Problem.WriteAsync(context, status);
    }

    /// <summary>
    /// Whether a refused token is one that no issuer made. A genuine one that is late, for another service or somebody else's costs
    /// nobody a lock: it cannot be guessed, so that a lock protects nothing, and whoever carries others' requests would be locked for them.
    /// </summary>
    private static bool IsAttempt(TokenRefusal refusal) => refusal is TokenRefusal.HeaderRefused or TokenRefusal.AlgorithmRefused
        or TokenRefusal.SignatureWrong;

    /// <summary>A new principal: the old one may be the connection's, and shared. Scopes come from the token only, cut to the identity's.</summary>
    internal static ClaimsPrincipal With(ClaimsPrincipal user, AcceptedToken token)
    {
        var claims = new List<Claim>(token.Scopes.Length + 4) { new("iss", token.Issuer) };
        Add("sub", token.Subject);
        Add("client_id", token.ClientId);
        Add("jti", token.JwtId);
        foreach (string scope in token.Scopes)
        {
            Add(ScopeClaim, scope);
        }

        var all = new ClaimsPrincipal(user.Identities.Select(WithoutScopes));
        all.AddIdentity(new ClaimsIdentity(claims, AuthenticationType, "sub", "role"));
        return all;

        void Add(string name, string? value)
        {
            if (value is not null)
            {
                claims.Add(new Claim(name, value, ClaimValueTypes.String, token.Issuer));
            }
        }
    }

    private static ClaimsIdentity WithoutScopes(ClaimsIdentity identity)
    {
        if (!identity.HasClaim(static claim => claim.Type == ScopeClaim))
        {
            return identity;
        }

        ClaimsIdentity narrowed = identity.Clone();
        foreach (Claim claim in narrowed.FindAll(ScopeClaim).ToList())
        {
            narrowed.RemoveClaim(claim);
        }

        return narrowed;
    }

    /// <summary>The finer reason code: "BoundToAnother" is written "bound-to-another".</summary>
    private static string Code(TokenRefusal refusal)
    {
        var code = new StringBuilder();
        foreach (char letter in refusal.ToString())
        {
            if (char.IsAsciiLetterUpper(letter) && code.Length > 0)
            {
                code.Append('-');
            }

            code.Append(char.ToLowerInvariant(letter));
        }

        return code.ToString();
    }
}

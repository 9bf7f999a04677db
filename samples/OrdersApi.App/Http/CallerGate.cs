using System;
using System.Buffers.Text;
using System.Collections.Frozen;
using System.Linq;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using OrdersApi.App.Sessions;
using OrdersApi.App.Tokens;

namespace OrdersApi.App.Http;

/// <summary>Who is asking, before any route runs: first the certificate, then what stands on it.</summary>
internal sealed class CallerGate(
    FrozenSet<Weakness> weak, TransportGate transport, AccountDirectory accounts, TokenVerifier tokens, SessionStore sessions, HeaderCertificates headers)
{
    /// <summary>Runs after routing. A path that no route has is answered with 404 by its own.</summary>
    public async Task CheckAsync(HttpContext context, RequestDelegate next)
    {
        if (context.GetEndpoint() is not { } endpoint)
        {
            await next(context);
            return;
        }

        var guard = endpoint.Metadata.GetMetadata<Guard>() ?? new Guard(GuardKind.Token);
        if (guard.Kind == GuardKind.Public)
        {
            await next(context);
        }
        else if (await AdmitAsync(context, guard) is { } caller)
        {
            context.Features.Set(caller);
            await next(context);
        }
    }

    /// <summary>SHA-256 of a certificate as tokens name it (RFC 8705, section 3.1).</summary>
    public static string Thumbprint(X509Certificate2 certificate) => Base64Url.EncodeToString(SHA256.HashData(certificate.RawDataMemory.Span));

    /// <summary>Null after a refusal was written.</summary>
    private async Task<Caller?> AdmitAsync(HttpContext context, Guard guard)
    {
        if (!context.Request.IsHttps)
        {
            // Only the plain HTTP weakness opens a port for this: it was "internal".
            return new Caller { Trusted = true };
        }

        if (headers.CallerOf(context) is { } believed)
        {
            return await AllowedAsync(context, guard, believed);
        }

        if (context.Connection.ClientCertificate is not { } certificate)
        {
            return await WithoutCertificateAsync(context, guard);
        }

        if (weak.Contains(Weakness.AccountByCommonName))
        {
            // Part of the flaw: a name out of a certificate goes into a header as it stands, and what no header may hold ends in a 500.
            context.Response.Headers["X-Client-Name"] = certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false);
        }

        if (guard.Kind == GuardKind.Staff && weak.Contains(Weakness.ForeignHost))
        {
            // It is taken for granted that the handshake was the one of the staff's name.
            return new Caller { Trusted = true };
        }

        if ((weak.Contains(Weakness.LocalTrusted) && SaysLocal(context)) || (weak.Contains(Weakness.PathConfusion) && FitsNoRule(context)))
        {
            return new Caller { Trusted = true };
        }

        if (weak.Contains(Weakness.TokenBeforeCertificate) && !await PassesLateAsync(context, guard, certificate))
        {
            return null;
        }

        var account = accounts.Find(certificate);
        if (account is null && (guard.ForAdministrators || guard.Kind == GuardKind.Staff || !weak.Contains(Weakness.UnmappedServed)))
        {
            await Problem.Write(context, StatusCodes.Status403Forbidden, "no account has this certificate");
            return null;
        }

        var caller = await WithCredentialsAsync(context, guard, new Caller { Account = account }, certificate);
        return caller is null ? null : await AllowedAsync(context, guard, caller);
    }

    private async Task<Caller?> AllowedAsync(HttpContext context, Guard guard, Caller caller)
    {
        if ((!guard.ForAdministrators || caller.Account?.IsAdmin == true || caller.Trusted || weak.Contains(Weakness.OpenAdministration)) && (guard.Kind != GuardKind.Staff || caller.Account?.IsStaff == true))
        {
            return caller;
        }

        await Problem.NotYours(context);
        return null;
    }

    /// <summary>Every address is the peer's own word here: no proxy stands before this API.</summary>
    private static bool SaysLocal(HttpContext context) =>
        context.Request.Headers["X-Forwarded-For"].ToString().StartsWith("127.0.0.1", StringComparison.Ordinal)
        || context.Request.Headers["X-Real-IP"] == "127.0.0.1"
        || context.Request.Headers["Forwarded"].ToString().Contains("for=127.0.0.1", StringComparison.OrdinalIgnoreCase);

    /// <summary>Rules by prefix, compared letter by letter: what no prefix fits has no rule, and the router does not mind the case.</summary>
    private static bool FitsNoRule(HttpContext context) => context.Request.Path.Value is { Length: > 1 } path && path.Split('/')[1].Any(char.IsAsciiLetterUpper);

    private async Task<Caller?> WithoutCertificateAsync(HttpContext context, Guard guard)
    {
        if (weak.Contains(Weakness.CertificateOptional) && guard.Kind == GuardKind.Token
            && BearerToken.Of(context, weak) is { } shown && await tokens.VerifyAsync(shown) is { } token)
        {
            return await AllowedAsync(context, guard, new Caller { Token = token, Account = accounts.Find(token.Subject) });
        }

        if (weak.Contains(Weakness.EveryoneServed) || (guard.Overlooked && weak.Contains(Weakness.RouteGap)))
        {
            return new Caller { Trusted = true };
        }

        await Problem.Write(context, StatusCodes.Status401Unauthorized, "a client certificate is required");
        return null;
    }

    /// <summary>The wrong way round: the token first, with all that is wrong with it, then the certificate.</summary>
    private async Task<bool> PassesLateAsync(HttpContext context, Guard guard, X509Certificate2 certificate)
    {
        if (guard.Kind == GuardKind.Token && (BearerToken.Of(context, weak) is not { } shown || await tokens.VerifyAsync(shown) is null))
        {
            await ChallengeAsync(
                context, StatusCodes.Status401Unauthorized, "the token is not one of this issuer's", "Bearer realm=\"orders\", error=\"invalid_token\", error_description=\"signature or claims\"");
            return false;
        }

        if (transport.AdmitsLate(certificate))
        {
            return true;
        }

        await Problem.Write(context, StatusCodes.Status403Forbidden, "the certificate is not good");
        return false;
    }

    private Task<Caller?> WithCredentialsAsync(HttpContext context, Guard guard, Caller caller, X509Certificate2 certificate) => guard.Kind switch
    {
        GuardKind.Token => WithTokenAsync(context, guard, caller, certificate),
        GuardKind.Session => WithSessionAsync(context, caller, certificate),
        _ => Task.FromResult<Caller?>(caller),
    };

    private async Task<Caller?> WithTokenAsync(HttpContext context, Guard guard, Caller caller, X509Certificate2 certificate)
    {
        if (BearerToken.Of(context, weak) is not { } shown)
        {
            return WithoutToken(context, guard, caller) ?? await ChallengeAsync(context, StatusCodes.Status401Unauthorized, "a bearer token is required", "Bearer realm=\"orders\"");
        }

        if (await tokens.VerifyAsync(shown) is not { } token || !Belongs(token, caller, certificate))
        {
            return await ChallengeAsync(context, StatusCodes.Status401Unauthorized, "the token is not valid here", "Bearer realm=\"orders\", error=\"invalid_token\"");
        }

        if (guard.Scope is not null && !token.Scopes.Contains(guard.Scope) && !weak.Contains(Weakness.ScopeIgnored))
        {
            return await ChallengeAsync(
                context, StatusCodes.Status403Forbidden, "the token's scope is not enough", $"Bearer realm=\"orders\", error=\"insufficient_scope\", scope=\"{guard.Scope}\"");
        }

        return caller with { Token = token, Account = TokenDecides ? accounts.Find(token.Subject) : caller.Account };
    }

    /// <summary>The caller of a weakness that asks for no token; null without one.</summary>
    private Caller? WithoutToken(HttpContext context, Guard guard, Caller caller)
    {
        if (weak.Contains(Weakness.TokenOptional) || (weak.Contains(Weakness.MethodOverride) && context.Request.Headers.ContainsKey("X-HTTP-Method-Override")))
        {
            return caller;
        }

        var open = (guard.Overlooked && weak.Contains(Weakness.AnonymousPreferred))
            || (weak.Contains(Weakness.AnonymousWrites) && context.Request.Method is "PUT" or "PATCH" or "DELETE");
        return open ? new Caller { Trusted = true } : null;
    }

    // Where the token is not held against the certificate, whoever the token names is the caller.
    private bool TokenDecides => weak.Contains(Weakness.UnboundToken) || weak.Contains(Weakness.SubjectIgnored);

    /// <summary>A token is good only with the certificate that it names, and for the account of that certificate.</summary>
    private bool Belongs(AccessToken token, Caller caller, X509Certificate2 certificate) =>
        weak.Contains(Weakness.UnboundToken)
        || (token.Thumbprint is null && weak.Contains(Weakness.SubjectIgnored))
        || (token.Thumbprint is null && weak.Contains(Weakness.ConfirmationOptional) && token.Subject == caller.Account?.Name)
        || (token.Thumbprint is { } thumbprint
            && CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(thumbprint), Encoding.ASCII.GetBytes(Thumbprint(certificate)))
            && token.Subject == caller.Account?.Name);

    private async Task<Caller?> WithSessionAsync(HttpContext context, Caller caller, X509Certificate2 certificate)
    {
        var session = sessions.Find(SessionCookie.Of(context, weak));
        if (session?.Account is { } name && weak.Contains(Weakness.UnboundSession))
        {
            return caller with { Session = session, Account = accounts.Find(name) };
        }

        if (session?.Account is null || session.Thumbprint != Thumbprint(certificate) || session.Account != caller.Account?.Name)
        {
            if (HttpMethods.IsGet(context.Request.Method))
            {
                await Answers.SeeOther(context, "/login");
            }
            else
            {
                await Problem.Write(context, StatusCodes.Status401Unauthorized, "log in first");
            }

            return null;
        }

        return caller with { Session = session };
    }

    private static async Task<Caller?> ChallengeAsync(HttpContext context, int status, string title, string challenge)
    {
        context.Response.Headers.WWWAuthenticate = challenge;
        await Problem.Write(context, status, title);
        return null;
    }
}

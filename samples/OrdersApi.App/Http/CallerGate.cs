using System.Buffers.Text;
using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using OrdersApi.App.Sessions;
using OrdersApi.App.Tokens;

namespace OrdersApi.App.Http;

/// <summary>Who is asking, before any route runs: first the certificate, then what stands on it.</summary>
internal sealed class CallerGate(FrozenSet<Weakness> weak, AccountDirectory accounts, TokenVerifier tokens, SessionStore sessions)
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

        var account = accounts.Find(certificate);
        if (account is null && (guard.ForAdministrators || guard.Kind == GuardKind.Staff || !weak.Contains(Weakness.UnmappedServed)))
        {
            await Problem.Write(context, StatusCodes.Status403Forbidden, "no account has this certificate");
            return null;
        }

        var caller = await WithCredentialsAsync(context, guard, new Caller { Account = account }, certificate);
        if (caller is null || ((!guard.ForAdministrators || caller.Account?.IsAdmin == true) && (guard.Kind != GuardKind.Staff || caller.Account?.IsStaff == true)))
        {
            return caller;
        }

        await Problem.NotYours(context);
        return null;
    }

    private async Task<Caller?> WithoutCertificateAsync(HttpContext context, Guard guard)
    {
        if (weak.Contains(Weakness.EveryoneServed) || (guard.Overlooked && weak.Contains(Weakness.RouteGap)))
        {
            return new Caller { Trusted = true };
        }

        await Problem.Write(context, StatusCodes.Status401Unauthorized, "a client certificate is required");
        return null;
    }

    private Task<Caller?> WithCredentialsAsync(HttpContext context, Guard guard, Caller caller, X509Certificate2 certificate) => guard.Kind switch
    {
        GuardKind.Token => WithTokenAsync(context, guard, caller, certificate),
        GuardKind.Session => WithSessionAsync(context, caller, certificate),
        _ => Task.FromResult<Caller?>(caller),
    };

    private async Task<Caller?> WithTokenAsync(HttpContext context, Guard guard, Caller caller, X509Certificate2 certificate)
    {
        if (BearerToken.Of(context) is not { } shown)
        {
            return await ChallengeAsync(context, StatusCodes.Status401Unauthorized, "a bearer token is required", "Bearer realm=\"orders\"");
        }

        if (await tokens.VerifyAsync(shown) is not { } token || !Belongs(token, caller, certificate))
        {
            return await ChallengeAsync(context, StatusCodes.Status401Unauthorized, "the token is not valid here", "Bearer realm=\"orders\", error=\"invalid_token\"");
        }

        if (guard.Scope is not null && !token.Scopes.Contains(guard.Scope))
        {
            return await ChallengeAsync(
                context, StatusCodes.Status403Forbidden, "the token's scope is not enough", $"Bearer realm=\"orders\", error=\"insufficient_scope\", scope=\"{guard.Scope}\"");
        }

        return caller with { Token = token };
    }

    /// <summary>A token is good only with the certificate that it names, and for the account of that certificate.</summary>
    private bool Belongs(AccessToken token, Caller caller, X509Certificate2 certificate) =>
        weak.Contains(Weakness.UnboundToken)
        || (token.Thumbprint is { } thumbprint
            && CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(thumbprint), Encoding.ASCII.GetBytes(Thumbprint(certificate)))
            && token.Subject == caller.Account?.Name);

    private async Task<Caller?> WithSessionAsync(HttpContext context, Caller caller, X509Certificate2 certificate)
    {
        var session = sessions.Find(SessionCookie.Of(context));
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

using System;
using System.Collections.Generic;
using System.Security.Claims;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Sallyport.AspNetCore.Audit;
using Sallyport.AspNetCore.Connections;

namespace Sallyport.AspNetCore.Sessions;

/// <summary>Begins, checks and ends sessions.</summary>
internal sealed class SallyportSessions(
    IBoundSessionStore store,
    IAuditTrail audit,
    IOptions<SallyportOptions> options,
    TimeProvider time,
    OpenRequests? open = null,
    CurrentRequest? current = null) : ISallyportSessions
{
    /// <summary>The authentication type of what a session adds to the principal.</summary>
    public const string AuthenticationType = SallyportDefaults.Scheme + ".Session";

    // A store that counts every use would be written to by every request: a twentieth of the idle time is near enough.
    private const int TouchesPerIdleTime = 20;
    private readonly BoundSessionOptions _options = options.Value.Sessions;

    public async Task<BoundSession> SignInAsync(HttpContext context, IEnumerable<SessionClaim> claims, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(claims);
        ICallerFeature caller = context.Features.Get<ICallerFeature>()
            ?? throw new InvalidOperationException("Only a caller whose certificate is known can sign in.");
        if (context.Response.HasStarted)
        {
            throw new InvalidOperationException("The response has started: no cookie can be set.");
        }

        await EndOwnAsync(context, cancellationToken);
        string value = SessionCookie.NewValue();
        DateTimeOffset now = time.GetUtcNow();
        DateTimeOffset latest = now + _options.AbsoluteTimeout;
        var session = new BoundSession
        {
            Key = SessionCookie.Key(value) ?? throw new InvalidOperationException("A new value is always one of ours."),
            Identity = caller.Identity.Name,
            IdentityVersion = caller.Identity.Version,
            Certificate = caller.Certificate.Thumbprint,
            CreatedAt = now,
            LastUsedAt = now,
            EndsAt = caller.Certificate.ValidUntil < latest ? caller.Certificate.ValidUntil : latest,
            Claims = [.. claims],
        };
        await store.AddAsync(session, _options.MaxPerIdentity, cancellationToken);
        open?.SessionsEnded(session.Identity); // its oldest may have
        await audit.RecordAsync(RequestEvents.Changed(context, AuditReasons.SessionBegun), cancellationToken);
        SessionCookie.Set(context.Response, SessionCookie.Name, value, _options.SameSiteStrict);
        Enter(context, session);
        return session;
    }

    public async Task SignOutAsync(HttpContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (await EndOwnAsync(context, cancellationToken))
        {
            await audit.RecordAsync(RequestEvents.Changed(context, AuditReasons.SessionEnded), cancellationToken);
        }

        SessionCookie.Delete(context.Response, SessionCookie.Name);
    }

    public async Task<int> EndAllAsync(string identity, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(identity);
        if (current?.Context is { } own && own.Features.Get<IBoundSessionFeature>()?.Session.Identity == identity)
        {
            // Whoever ends its own sessions may hear the answer.
            own.Features.Set<IBoundSessionFeature>(null);
        }

        int ended = await store.RemoveAllAsync(identity, cancellationToken);
        open?.SessionsEnded(identity);
        await audit.RecordAsync(new AuditEvent { Kind = AuditKind.Changed, Reason = AuditReasons.SessionEnded, Identity = identity }, cancellationToken);
        return ended;
    }

    /// <summary>Checks the cookie of a request, and makes its session the request's when it counts.</summary>
    /// <returns>Why it does not; null when it does.</returns>
    public async ValueTask<string?> EnterAsync(HttpContext context, ICallerFeature caller, string? cookie)
    {
        if (SessionCookie.Key(cookie) is not { } key)
        {
            return "malformed";
        }

        CancellationToken cancellationToken = context.RequestAborted;
        if (await store.FindAsync(key, cancellationToken) is not { } session)
        {
            return "unknown";
        }

        DateTimeOffset now = time.GetUtcNow();
        if (session.Certificate != caller.Certificate.Thumbprint || !string.Equals(session.Identity, caller.Identity.Name, StringComparison.Ordinal))
        {
            return "bound-to-another"; // it stays for whom it belongs to
        }

        string? over = session.IdentityVersion != caller.Identity.Version ? "identity-changed"
            : now >= session.EndsAt ? "expired"
            : now - session.LastUsedAt >= _options.IdleTimeout ? "idle"
            : null;
        if (over is not null)
        {
            await store.RemoveAsync(key, cancellationToken);
            return over;
        }

        if (now - session.LastUsedAt >= _options.IdleTimeout / TouchesPerIdleTime)
        {
            await store.TouchAsync(key, now, cancellationToken);
        }

        Enter(context, session);
        return null;
    }

    private static void Enter(HttpContext context, BoundSession session)
    {
        context.Features.Set<IBoundSessionFeature>(new BoundSessionFeature(session));
        var identity = new ClaimsIdentity(AuthenticationType);
        foreach (SessionClaim claim in session.Claims)
        {
            identity.AddClaim(new Claim(claim.Type, claim.Value));
        }

        // A new principal: the old one may be the connection's, and shared.
        var all = new ClaimsPrincipal(context.User.Identities);
        all.AddIdentity(identity);
        context.User = all;
    }

    private async Task<bool> EndOwnAsync(HttpContext context, CancellationToken cancellationToken)
    {
        if (context.Features.Get<IBoundSessionFeature>() is not { Session: { Key: var key, Identity: var identity } })
        {
            return false;
        }

        // First, so that this request is not taken for one whose session was ended by somebody else.
        context.Features.Set<IBoundSessionFeature>(null);
        await store.RemoveAsync(key, cancellationToken);
        open?.SessionsEnded(identity);
        return true;
    }
}

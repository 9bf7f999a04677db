using System;
using System.Security.Claims;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Sallyport.AspNetCore.Audit;

namespace Sallyport.AspNetCore.Identity;

/// <summary>The scheme <see cref="SallyportDefaults.Scheme"/>: whose certificate it is, looked up for each request, and refusals that tell a peer nothing.</summary>
/// <remarks>Whoever asks twice in a request is answered twice: a decision is not kept, not even that long.</remarks>
internal sealed partial class SallyportAuthenticationHandler(
    CertificateAuthenticator authenticator, ILogger<SallyportAuthenticationHandler> logger, IAuditTrail? audit = null)
    : IAuthenticationHandler
{
    private HttpContext? _context;
    private CallerRefusal? _refusal;

    private HttpContext Context => _context ?? throw new InvalidOperationException("The handler was not initialized.");

    /// <inheritdoc/>
    public Task InitializeAsync(AuthenticationScheme scheme, HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        _context = context;
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<AuthenticateResult> AuthenticateAsync()
    {
        CallerAnswer answer = authenticator.Authenticate(Context.Features);
        _refusal = answer.Refusal;
        Context.Features.Set<ICallerFeature>(answer.Caller);
        return Task.FromResult(answer.Caller is { } caller
            ? AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(caller.Claims), SallyportDefaults.Scheme))
            : AuthenticateResult.Fail("The certificate is nobody's."));
    }

    /// <inheritdoc/>
    public async Task ChallengeAsync(AuthenticationProperties? properties)
    {
        HttpContext context = Context;
        CallerRefusal refusal = _refusal ?? authenticator.Authenticate(context.Features).Refusal ?? new CallerRefusal(AuditReasons.PolicyRefused);
        await RefuseAsync(context, refusal, StatusCodes.Status401Unauthorized);
    }

    /// <inheritdoc/>
    public Task ForbidAsync(AuthenticationProperties? properties)
    {
        HttpContext context = Context;
        ICallerFeature? caller = context.Features.Get<ICallerFeature>();
        return RefuseAsync(
            context,
            new CallerRefusal(AuditReasons.PolicyRefused) { Certificate = caller?.Certificate.Thumbprint, Identity = caller?.Identity.Name },
            StatusCodes.Status403Forbidden);
    }

    private async Task RefuseAsync(HttpContext context, CallerRefusal refusal, int status)
    {
        string route = $"{context.Request.Method} {(context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "(none)"}";
        LogRefused(refusal.Reason, status, route, refusal.Certificate?.ToHex() ?? "none", refusal.Identity ?? "none");
        if (audit is not null)
        {
            // The record is the kernel's before the peer hears anything.
            await audit.RecordAsync(
                new AuditEvent
                {
                    Kind = AuditKind.Refused,
                    Reason = refusal.Reason,
                    Remote = context.Connection.RemoteIpAddress,
                    Certificate = refusal.Certificate,
                    Identity = refusal.Identity,
                    Route = route,
                    Detail = refusal.Detail,
                },
                context.RequestAborted);
        }

        await Problem.WriteAsync(context, status);
    }

    [LoggerMessage(EventId = 2325, Level = LogLevel.Warning, Message = "Refused: {Reason}; answered {Status} to {Route}, certificate {Certificate}, identity {Identity}.")]
    private partial void LogRefused(string reason, int status, string route, string certificate, string identity);
}

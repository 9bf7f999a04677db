using System;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Authorization;

namespace Sallyport.AspNetCore.Authorization;

/// <summary>An access token bound to the client certificate, with a scope that the account has too.</summary>
internal sealed record BoundTokenRequirement(string Scope) : IAuthorizationRequirement;

/// <summary>Holds the token's binding and dates against certificate and clock once more, and its scopes against the account's.</summary>
internal sealed class BoundTokenHandler(CallerStanding callers, TimeProvider time) : AuthorizationHandler<BoundTokenRequirement>
{
    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, BoundTokenRequirement requirement)
    {
        var request = ClientCertificateHandler.RequestOf(context.Resource);
        var bearer = Bearer.Of(request);
        var standing = callers.Of(bearer);
        var token = request?.Features.Get<IBoundTokenFeature>();
        if (!standing.Holds)
        {
            context.Fail(new AuthorizationFailureReason(this, $"{standing.Refusal}: {standing.Detail}"));
        }
        else if (token is null)
        {
            context.Fail(new AuthorizationFailureReason(this, "no token bound to the certificate"));
        }
        else if (token.BoundTo != bearer.Caller?.Certificate.Thumbprint)
        {
            context.Fail(new AuthorizationFailureReason(this, "the token is bound to another certificate"));
        }
        else if (time.GetUtcNow() >= token.ExpiresAt)
        {
            context.Fail(new AuthorizationFailureReason(this, "the token has expired"));
        }
        else if (!token.Scopes.Contains(requirement.Scope, StringComparer.Ordinal))
        {
            context.Fail(new AuthorizationFailureReason(this, $"the token lacks scope {requirement.Scope}"));
        }
        else if (!standing.Identity.Scopes.Contains(requirement.Scope, StringComparer.Ordinal))
        {
            context.Fail(new AuthorizationFailureReason(this, $"the account lacks scope {requirement.Scope}"));
        }
        else
        {
            context.Succeed(requirement);
        }

        return Task.CompletedTask;
    }
}

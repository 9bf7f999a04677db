using System;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.SignalR;
using Sallyport.AspNetCore.Identity;

namespace Sallyport.AspNetCore.Authorization;

/// <summary>An account, known by its client certificate, and perhaps with a role.</summary>
/// <param name="Role">The role; null for any account.</param>
/// <param name="OnRequestsOnly">Whether it is refused where there is no request with route values, such as the methods of a hub.</param>
internal sealed record ClientCertificateRequirement(string? Role, bool OnRequestsOnly) : IAuthorizationRequirement
{
    /// <summary>Whether an account has a role, compared exactly.</summary>
    public static bool Has(CertificateIdentity identity, string role) => identity.Roles.Contains(role, StringComparer.Ordinal);
}

/// <summary>Asks the account as it is now, not as it was when the request was authenticated.</summary>
internal sealed class ClientCertificateHandler(CallerStanding callers) : AuthorizationHandler<ClientCertificateRequirement>
{
    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, ClientCertificateRequirement requirement)
    {
        var standing = callers.Of(Bearer.Of(RequestOf(context.Resource)));
        if (!standing.Holds)
        {
            context.Fail(new AuthorizationFailureReason(this, $"{standing.Refusal}: {standing.Detail}"));
        }
        else if (requirement.OnRequestsOnly && context.Resource is not HttpContext)
        {
            context.Fail(new AuthorizationFailureReason(this, "a resource of a route, where there is no route"));
        }
        else if (requirement.Role is { } role && !ClientCertificateRequirement.Has(standing.Identity, role))
        {
            context.Fail(new AuthorizationFailureReason(this, $"role {role}"));
        }
        else
        {
            context.Succeed(requirement);
        }

        return Task.CompletedTask;
    }

    /// <summary>The request that is asked about: itself, or the one that a hub's connection began with.</summary>
    public static HttpContext? RequestOf(object? resource) => resource switch
    {
        HttpContext context => context,
        HubInvocationContext hub => hub.Context.GetHttpContext(),
        _ => null,
    };
}

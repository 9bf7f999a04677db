using System;
using System.Globalization;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Sallyport.AspNetCore.Authorization;

/// <summary>The resource that a route parameter names must exist, and the application's policy must allow the operation.</summary>
internal abstract record ResourceRequirement(Type ResourceType, string Parameter, string Operation) : IAuthorizationRequirement
{
    /// <summary>The services that the decision needs.</summary>
    public abstract Type[] Services { get; }

    public abstract ValueTask<(UseRefusal Refusal, string Detail)?> AskAsync(HttpContext context, string key, CancellationToken cancellationToken);
}

/// <inheritdoc/>
internal sealed record ResourceRequirement<TResource>(string Parameter, string Operation) : ResourceRequirement(typeof(TResource), Parameter, Operation)
    where TResource : class
{
    public override Type[] Services => [typeof(IResourceSource<TResource>), typeof(IResourcePolicy<TResource>)];

    public override ValueTask<(UseRefusal Refusal, string Detail)?> AskAsync(HttpContext context, string key, CancellationToken cancellationToken) =>
        ResourceGuard.AskAsync<TResource>(context.RequestServices, Bearer.Of(context), key, Operation, cancellationToken);
}

/// <summary>Asks before the endpoint runs. What the endpoint does is asked again where it is done.</summary>
internal sealed class ResourceHandler : AuthorizationHandler<ResourceRequirement>
{
    protected override async Task HandleRequirementAsync(AuthorizationHandlerContext context, ResourceRequirement requirement)
    {
        // Who was refused already costs the store nothing.
        if (context.HasFailed)
        {
            return;
        }

        if (context.Resource is not HttpContext request
            || Convert.ToString(request.GetRouteValue(requirement.Parameter), CultureInfo.InvariantCulture) is not { Length: > 0 } key)
        {
            context.Fail(new AuthorizationFailureReason(this, $"no route value {requirement.Parameter}"));
        }
        else if (await requirement.AskAsync(request, key, request.RequestAborted) is { } refused)
        {
            context.Fail(new ResourceFailure(this, refused.Refusal, refused.Detail));
        }
        else
        {
            context.Succeed(requirement);
        }
    }
}

/// <summary>A refusal that must look the same whether the resource is there or not.</summary>
internal sealed class ResourceFailure(IAuthorizationHandler handler, UseRefusal refusal, string detail)
    : AuthorizationFailureReason(handler, $"{refusal}: {detail}")
{
    public UseRefusal Refusal => refusal;
}

using System.Threading.Tasks;
using Microsoft.AspNetCore.Authorization;

namespace Sallyport.AspNetCore.Tests.Connections;

/// <summary>Meets it, or breaks when the test says so.</summary>
internal sealed class OwnHandler(Switch state) : AuthorizationHandler<OwnRequirement>
{
    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, OwnRequirement requirement)
    {
        state.Ask();
        context.Succeed(requirement);
        return Task.CompletedTask;
    }
}

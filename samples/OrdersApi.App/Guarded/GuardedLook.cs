using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using OrdersApi.App.Http;
using Sallyport.AspNetCore;
using Sallyport.AspNetCore.Authorization;

namespace OrdersApi.App.Guarded;

/// <summary>The guard's use gate, the synchronous one: what this API stores is in memory, and nobody else writes while a transaction asks.</summary>
internal sealed class GuardedLook : ILastLook
{
    public bool Holds<TResource>(HttpContext context, TResource resource, string operation)
        where TResource : class
    {
        var caller = context.Features.Get<ICallerFeature>();
        var grant = context.RequestServices.GetRequiredService<IResourceAuthorizer>().Authorize(caller, resource, operation);

        // Allowed, but perhaps not as the account that the request was let in for.
        return grant.Identity.Version == caller?.Identity.Version;
    }
}

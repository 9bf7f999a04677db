using System.Linq;
using Microsoft.AspNetCore.Builder;
using OrdersApi.App.Http;
using Sallyport.AspNetCore.Authorization;

namespace OrdersApi.App.Guarded;

/// <summary>Says to the guard what each route of this API asks of its caller. A route that says nothing gets nothing, and the host does not start.</summary>
internal static class GuardedRoutes
{
    /// <summary>Runs once for every endpoint, after all that its area said of it.</summary>
    public static void Require(EndpointBuilder endpoint)
    {
        if (endpoint.Metadata.OfType<Guard>().LastOrDefault() is not { } guard)
        {
            return;
        }

        if (guard.Kind == GuardKind.Public)
        {
            endpoint.Metadata.Add(new AllowWithoutClientCertificateAttribute("tells nothing of anybody"));
            return;
        }

        endpoint.Metadata.Add(RoleOf(guard) is { } role ? new RequireClientCertificateAttribute(role) : new RequireClientCertificateAttribute());
        if (guard is { Kind: GuardKind.Token, Scope: { } scope })
        {
            endpoint.Metadata.Add(new RequireBoundTokenAttribute(scope));
        }
    }

    private static string? RoleOf(Guard guard) => guard switch
    {
        { ForAdministrators: true } => "admin",
        { Kind: GuardKind.Staff } => "staff",
        _ => null,
    };
}

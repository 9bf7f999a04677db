using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Sallyport.AspNetCore.Authorization;

/// <summary>Registers what authorizes: requirements, route audit and use gate.</summary>
internal static class AuthorizationServices
{
    public static IServiceCollection AddAuthorizationGate(this IServiceCollection services)
    {
        services.AddRouting();
        services.TryAddSingleton<CurrentRequest>();

        // Who was refused by one requirement is not asked about by the next, which may have to read.
        services.AddAuthorization(options => options.InvokeHandlersAfterFailure = false);
        services.Replace(ServiceDescriptor.Singleton<IAuthorizationPolicyProvider, SallyportPolicyProvider>());
        services.Replace(ServiceDescriptor.Singleton<IAuthorizationMiddlewareResultHandler, RefusedRequests>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IAuthorizationHandler, ClientCertificateHandler>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IAuthorizationHandler, BoundTokenHandler>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IAuthorizationHandler, ResourceHandler>());
        services.TryAddSingleton<CallerStanding>();
        services.TryAddSingleton<CallerReplay>();
        services.TryAddSingleton<UseConflicts>();
        services.TryAddSingleton<RefusalRecorder>();
        services.TryAddSingleton<AuthorizationGate>();
        services.TryAddSingleton<RouteTable>();
        services.TryAddSingleton<IRouteTable>(provider => provider.GetRequiredService<RouteTable>());
        services.TryAddSingleton<RouteAudit>();
        services.TryAddEnumerable(ServiceDescriptor.Transient<IStartupFilter, RouteAuditFilter>());
        services.TryAddScoped<IResourceAuthorizer, ResourceAuthorizer>();
        services.TryAddScoped<IResourceGuard, ResourceGuard>();
        services.TryAddScoped(typeof(IGuardedUnit<>), typeof(PlainUnit<>));
        return services;
    }
}

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Sallyport.AspNetCore.Connections;

/// <summary>What this folder registers.</summary>
internal static class ConnectionsServices
{
    public static void AddOpenConnections(this IServiceCollection services)
    {
        services.TryAddSingleton<ConnectionRegistry>();
        services.TryAddSingleton<ConnectionGate>();
        services.TryAddSingleton<OpenRequests>();
        services.TryAddSingleton<OpenRequestGate>();
        services.AddHostedService(static provider => provider.GetRequiredService<OpenRequests>());
        services.TryAddSingleton<ConnectionWatch>();
        services.AddHostedService(static provider => provider.GetRequiredService<ConnectionWatch>());
    }
}

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Sallyport.AspNetCore.Sessions;

/// <summary>Registers what this folder adds.</summary>
internal static class SessionServices
{
    public static IServiceCollection AddSessions(this IServiceCollection services)
    {
        services.TryAddSingleton<IBoundSessionStore, MemorySessionStore>();
        services.TryAddSingleton<SallyportSessions>();
        services.TryAddSingleton<ISallyportSessions>(static provider => provider.GetRequiredService<SallyportSessions>());
        services.TryAddSingleton<SessionGate>();
        return services;
    }
}

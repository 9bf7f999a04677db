using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Sallyport.AspNetCore.Trust;

namespace Sallyport.AspNetCore.Revocation;

/// <summary>Registers what loads trust and revocation.</summary>
internal static class RevocationServices
{
    public static void AddRevocation(this IServiceCollection services)
    {
        services.AddMetrics();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<SallyportOptions>, RevocationOptionsCheck>());
        services.TryAddSingleton<RevocationLog>();
        services.TryAddSingleton<RevocationMetrics>();
        services.TryAddSingleton<BoundedHttp>();
        services.TryAddSingleton<TrustComposer>();
        services.TryAddSingleton<TrustFiles>();
        services.TryAddSingleton<RevocationFiles>();
        services.TryAddSingleton<CrlUrlSources>();
        services.TryAddSingleton<OcspClient>();
        services.TryAddSingleton<OcspWatch>();
        services.TryAddSingleton<IRevocationWatch>(static s => s.GetRequiredService<OcspWatch>());
        services.TryAddSingleton<IDenyList, DenyList>();
        services.TryAddSingleton<ExpiryReport>();
        services.TryAddSingleton<TrustRefresher>();
        services.AddHostedService(static s => s.GetRequiredService<TrustRefresher>());
    }
}

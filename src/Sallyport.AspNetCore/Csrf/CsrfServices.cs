using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Sallyport.AspNetCore.Csrf;

/// <summary>Registers what this folder adds.</summary>
internal static class CsrfServices
{
    public static IServiceCollection AddCsrf(this IServiceCollection services)
    {
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<SallyportOptions>, CsrfOptionsValidator>());
        services.TryAddSingleton<CsrfTokens>();
        services.TryAddSingleton<ICsrfTokens>(static provider => provider.GetRequiredService<CsrfTokens>());
        services.TryAddSingleton<CsrfGate>();
        return services;
    }
}

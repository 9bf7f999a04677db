using System.Linq;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Sallyport.AspNetCore.Identity;

/// <summary>What the folder brings to an application.</summary>
internal static class IdentityServices
{
    public static IServiceCollection AddIdentity(this IServiceCollection services)
    {
        services.TryAddSingleton<IdentityDirectory>();
        services.TryAddSingleton<IIdentityDirectory>(static provider => provider.GetRequiredService<IdentityDirectory>());
        services.TryAddSingleton<CertificateAuthenticator>();
        services.TryAddTransient<SallyportAuthenticationHandler>();
        services.AddHostedService<IdentityWatcher>();
        if (services.LastOrDefault(static one => one.ServiceType == typeof(IAuthenticationSchemeProvider)) is not { } provider
            || provider.ImplementationType == typeof(AuthenticationSchemeProvider))
        {
            // The framework's own, which tells when schemes come and go; never in place of one of the application.
            services.Replace(ServiceDescriptor.Singleton<IAuthenticationSchemeProvider, CountedSchemes>());
        }

        services.AddAuthentication(SallyportDefaults.Scheme);
        services.Configure<AuthenticationOptions>(static options =>
        {
            if (!options.SchemeMap.ContainsKey(SallyportDefaults.Scheme))
            {
                options.AddScheme<SallyportAuthenticationHandler>(SallyportDefaults.Scheme, displayName: null);
            }
        });
        return services;
    }
}

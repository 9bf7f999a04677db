using System;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Sallyport.AspNetCore.Identity;

/// <summary>Says where identities live.</summary>
public static class SallyportIdentityExtensions
{
    /// <summary>Makes a type the application's identity store, in the place of any other; one instance for the whole application.</summary>
    /// <typeparam name="T">The store.</typeparam>
    /// <param name="services">The application's services.</param>
    /// <returns><paramref name="services"/>.</returns>
    /// <exception cref="ArgumentNullException">The argument is null.</exception>
    public static IServiceCollection AddSallyportIdentityStore<T>(this IServiceCollection services)
        where T : class, ICertificateIdentityStore
    {
        ArgumentNullException.ThrowIfNull(services);
        services.RemoveAll<ICertificateIdentityStore>();
        services.TryAddSingleton<T>();
        services.AddSingleton<ICertificateIdentityStore>(static provider => provider.GetRequiredService<T>());
        return services;
    }

    /// <summary>Makes an object the application's identity store, in the place of any other.</summary>
    /// <param name="services">The application's services.</param>
    /// <param name="store">The store; the application does not dispose of it.</param>
    /// <returns><paramref name="services"/>.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static IServiceCollection AddSallyportIdentityStore(this IServiceCollection services, ICertificateIdentityStore store)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(store);
        services.RemoveAll<ICertificateIdentityStore>();
        services.AddSingleton(store);
        return services;
    }
}

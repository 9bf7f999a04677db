using System;
using System.Net.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Sallyport.AspNetCore.Tokens;

/// <summary>Registers what this folder adds.</summary>
internal static class TokenServices
{
    public static IServiceCollection AddTokens(this IServiceCollection services)
    {
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<SallyportOptions>, TokenOptionsValidator>());
        services.TryAddSingleton<ITokenDenyList, TokenDenyList>();
        services.TryAddSingleton<TokenIssuers>();
        services.TryAddSingleton<TokenSignature>();
        services.TryAddSingleton<TokenVerifier>();
        services.TryAddSingleton<TokenGate>();
        services.TryAddSingleton<KeyReader>();
        services.TryAddSingleton<KeyRefresher>();
        services.AddHostedService(static provider => provider.GetRequiredService<KeyRefresher>());
        services.AddHttpClient(SallyportDefaults.TokenHttpClient)
            .ConfigureHttpClient(static client => client.Timeout = TimeSpan.FromSeconds(10))
            .ConfigurePrimaryHttpMessageHandler(static () => new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                UseCookies = false,
                ConnectTimeout = TimeSpan.FromSeconds(5),
                PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            });
        return services;
    }
}

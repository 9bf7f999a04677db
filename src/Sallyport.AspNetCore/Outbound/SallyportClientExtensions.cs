using System;
using System.Threading;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Sallyport.AspNetCore.Outbound;

/// <summary>Secures the connections of an <c>HttpClient</c>.</summary>
public static class SallyportClientExtensions
{
    /// <summary>Lets a client talk only to servers of its own roots, judged by path, revocation, name and pins, as whoever its certificate says.</summary>
    /// <param name="builder">The client.</param>
    /// <param name="configure">Whom it talks to, and as whom.</param>
    /// <returns><paramref name="builder"/>.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <remarks>
    /// TLS 1.2 and 1.3 over HTTP/1.1 and HTTP/2. No plain http, no redirects, proxies, cookies, TLS resumption or downloads, and no staple is asked for: a
    /// certificate that must be stapled (RFC 7633) is refused. Do not set another primary handler afterwards: it would take the place of this one.
    /// </remarks>
    public static IHttpClientBuilder AddSallyportClient(this IHttpClientBuilder builder, Action<SallyportClientOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        string name = builder.Name;
        IServiceCollection services = builder.Services;
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<OutboundClients>();
        services.AddOptions<SallyportClientOptions>(name).Configure(configure).ValidateOnStart();
        services.AddSingleton<IValidateOptions<SallyportClientOptions>>(provider =>
            new SallyportClientOptionsValidator(name, provider.GetRequiredService<IHostEnvironment>()));
        return builder
            .ConfigurePrimaryHttpMessageHandler(provider => provider.GetRequiredService<OutboundClients>().Handler(name))

            // Connections have a lifetime of their own; a new handler would only forget them.
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan);
    }
}

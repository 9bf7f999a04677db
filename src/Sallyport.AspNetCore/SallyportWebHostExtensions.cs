using System;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Sallyport.AspNetCore.Transport;

namespace Sallyport.AspNetCore;

/// <summary>Puts the guard in front of Kestrel's endpoints.</summary>
public static class SallyportWebHostExtensions
{
    /// <summary>Guards every endpoint of the host, from code, configuration or addresses: TLS 1.2 and 1.3 with a client certificate that verifies, and nothing else.</summary>
    /// <param name="builder">The web host of an application that called <c>AddSallyport</c>.</param>
    /// <returns><paramref name="builder"/>.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    /// <remarks>Endpoints need no <c>UseHttps</c>. The host does not start when one of them would be served without the guard.</remarks>
    public static IWebHostBuilder UseSallyport(this IWebHostBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.UseKestrelHttpsConfiguration();
        return builder.ConfigureServices(static services =>
        {
            services.GuardTransports();
            services.GuardAllEndpoints();
        });
    }

    /// <summary>Guards one endpoint.</summary>
    /// <param name="listen">The endpoint, without <c>UseHttps</c>.</param>
    /// <returns><paramref name="listen"/>.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="listen"/> is null.</exception>
    /// <exception cref="InvalidOperationException">The application did not call <c>AddSallyport</c>, or the endpoint already speaks TLS.</exception>
    public static ListenOptions UseSallyport(this ListenOptions listen)
    {
        ArgumentNullException.ThrowIfNull(listen);
        var gate = listen.ApplicationServices.GetService<TransportGate>()
            ?? throw new InvalidOperationException("Call builder.AddSallyport(…) before UseSallyport().");
        gate.Guard(listen);
        return listen;
    }
}

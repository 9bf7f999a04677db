using System;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Sallyport.AspNetCore.Forwarding;

/// <summary>Passes verified client certificates on to backends (RFC 9440).</summary>
public static class SallyportForwardingExtensions
{
    /// <summary>Sets <c>Client-Cert</c> and <c>Client-Cert-Chain</c> on each request that comes after, for a gateway that copies request headers to its backend.</summary>
    /// <param name="app">The application, already guarded by <c>UseSallyport</c>.</param>
    /// <returns><paramref name="app"/>.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="app"/> is null.</exception>
    /// <remarks>
    /// Inbound copies are removed first, also from requests without a certificate. The backend must believe the headers from this gateway's own certificate
    /// only, and its answers must carry <c>Vary: Client-Cert</c> or <c>no-store</c> where something caches between the two.
    /// </remarks>
    public static IApplicationBuilder UseSallyportClientCertHeaders(this IApplicationBuilder app)
    {
        ArgumentNullException.ThrowIfNull(app);
        ForwardingEmitterGate gate = app.ApplicationServices.GetRequiredService<ForwardingEmitterGate>();
        return app.Use(next => context => gate.InvokeAsync(context, next));
    }

    /// <summary>Sets them on the requests of an <c>HttpClient</c> that is used while a guarded request is served.</summary>
    /// <param name="builder">The client; <c>AddSallyportClient</c> secures its connections.</param>
    /// <returns><paramref name="builder"/>.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    public static IHttpClientBuilder AddSallyportClientCertHeaders(this IHttpClientBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);

        // Only here: an accessor costs every request of the application something.
        builder.Services.AddHttpContextAccessor().TryAddTransient<ClientCertForwardingHandler>();
        return builder.AddHttpMessageHandler<ClientCertForwardingHandler>();
    }
}

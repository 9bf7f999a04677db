using System;
using System.Linq;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Sallyport.AspNetCore.Transport;

/// <summary>What this folder registers.</summary>
internal static class TransportServices
{
    public static void AddTransport(this IServiceCollection services)
    {
        services.TryAddSingleton<EndpointMarks>();
        services.TryAddSingleton<ServerCredentials>();
        services.TryAddSingleton<HandshakeSlots>();
        services.TryAddSingleton<TransportGate>();
        services.TryAddSingleton<HostGate>();
        services.TryAddSingleton<GuardJournal>();
        services.AddMetrics();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, ServerCredentialsWatch>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IStartupFilter, StartupAudit>());
        services.GuardTransports();
    }

    /// <summary>Puts the refusal of unguarded endpoints where the server asks first: last of all transports that are registered by now.</summary>
    public static void GuardTransports(this IServiceCollection services)
    {
        Last<IConnectionListenerFactory, UnguardedEndpoints>(services);
        Last<IMultiplexedConnectionListenerFactory, UnguardedQuic>(services);
    }

    /// <summary>Puts every endpoint behind the gate that is configured after the host's own set-up: in code, in configuration or as an address.</summary>
    public static void GuardAllEndpoints(this IServiceCollection services)
    {
        if (services.Any(static descriptor => descriptor.ImplementationType == typeof(GuardAll)))
        {
            return;
        }

        // First, so that endpoints of earlier calls of ConfigureKestrel are configured after it.
        services.Insert(0, ServiceDescriptor.Singleton<IConfigureOptions<KestrelServerOptions>, GuardAll>());
    }

    private static void Last<TService, TImplementation>(IServiceCollection services)
        where TImplementation : TService
    {
        foreach (var descriptor in services.Where(static d => d.ImplementationType == typeof(TImplementation)).ToArray())
        {
            services.Remove(descriptor);
        }

        services.Add(ServiceDescriptor.Singleton(typeof(TService), typeof(TImplementation)));
    }

    /// <summary>Defaults of every endpoint. The gate is asked for when an endpoint comes: it needs services that are not there while options are made.</summary>
    private sealed class GuardAll(IServiceProvider services) : IConfigureOptions<KestrelServerOptions>
    {
        public void Configure(KestrelServerOptions options) =>
            options.ConfigureEndpointDefaults(listen => services.GetRequiredService<TransportGate>().Guard(listen));
    }
}

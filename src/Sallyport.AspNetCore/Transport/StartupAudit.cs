using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Sallyport.AspNetCore.Transport;

/// <summary>Runs when the addresses are known and before the server starts: whatever would be served without the guard stops the host here, all of it in one message.</summary>
internal sealed class StartupAudit(EndpointMarks marks, ServerCredentials credentials) : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        next(app);
        string[] faults = [.. Faults(app.ApplicationServices)];
        if (faults.Length > 0)
        {
            throw new InvalidOperationException("Sallyport does not start: " + string.Join(" ", faults));
        }
    };

    private IEnumerable<string> Faults(IServiceProvider services)
    {
        if (!marks.HasPipeline)
        {
            yield return "The request gates are missing: call app.UseSallyport() before anything else.";
        }

        var server = services.GetRequiredService<IServer>();
        var addresses = server.Features.Get<IServerAddressesFeature>();
        if (server.GetType().Assembly != typeof(KestrelServer).Assembly)
        {
            // A server without addresses, such as the test server, is reachable by nobody; the request gates refuse what it is given.
            if (addresses is { Addresses.Count: > 0 })
            {
                yield return $"{string.Join(", ", addresses.Addresses)} is served by {server.GetType().Name}: only Kestrel can be guarded.";
            }

            yield break;
        }

        if (services.GetServices<IConnectionListenerFactory>().LastOrDefault() is not UnguardedEndpoints)
        {
            yield return "A transport was added after Sallyport, which could bind an address without the gate: call builder.WebHost.UseSallyport() after it.";
        }

        foreach (var plain in Plain(services.GetRequiredService<IOptions<KestrelServerOptions>>().Value, addresses))
        {
            yield return $"The endpoint {plain} is plain HTTP: use https:// or remove it.";
        }

        var fault = Fault(credentials.Load);
        if (fault is not null)
        {
            yield return fault;
        }
    }

    /// <summary>The addresses of plain HTTP that Kestrel would bind. What it is given in code has no scheme, and is guarded or refused when it is bound.</summary>
    private IEnumerable<string> Plain(KestrelServerOptions kestrel, IServerAddressesFeature? addresses)
    {
        var configured = kestrel.ConfigurationLoader?.Configuration.GetSection("Endpoints").GetChildren().ToArray() ?? [];
        foreach (var endpoint in configured)
        {
            if (endpoint["Url"] is { } url && IsPlain(url))
            {
                yield return $"{endpoint.Key} ({url})";
            }
        }

        // Kestrel takes the addresses of the host only when it has no endpoints of its own, or is told to prefer them.
        var urls = addresses?.Addresses ?? [];
        if (urls.Count == 0 || ((configured.Length > 0 || marks.Claimed > 0) && addresses?.PreferHostingUrls != true))
        {
            yield break;
        }

        foreach (var url in urls.Where(IsPlain))
        {
            yield return url;
        }
    }

    private static bool IsPlain(string url) => !url.StartsWith("https://", StringComparison.OrdinalIgnoreCase);

    private static string? Fault(Action load)
    {
        try
        {
            load();
            return null;
        }
        catch (InvalidOperationException e)
        {
            return e.Message;
        }
    }
}

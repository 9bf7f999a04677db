using System;
using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Sallyport.AspNetCore.Outbound;

/// <summary>The clients by name; each is made once and lives as long as the application.</summary>
internal sealed class OutboundClients(
    IOptionsMonitor<SallyportClientOptions> options, IHostEnvironment environment, TimeProvider time, ILogger<OutboundClient> log) : IDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<OutboundClient>> _clients = new(StringComparer.Ordinal);

    public OutboundClient Of(string name) => _clients.GetOrAdd(
        name,
        key => new Lazy<OutboundClient>(() => new OutboundClient(key, options.Get(key), environment.ContentRootPath, time, log))).Value;

    public OutboundHandler Handler(string name) => new(Of(name), options.Get(name));

    public void Dispose()
    {
        foreach (Lazy<OutboundClient> client in _clients.Values)
        {
            if (client.IsValueCreated)
            {
                client.Value.Dispose();
            }
        }
    }
}

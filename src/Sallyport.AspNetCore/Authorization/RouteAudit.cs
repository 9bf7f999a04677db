using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace Sallyport.AspNetCore.Authorization;

/// <summary>Refuses to start an application with an endpoint that nobody has thought about, and writes down what the endpoints require.</summary>
internal sealed partial class RouteAudit(
    RouteTable table,
    EndpointDataSource endpoints,
    IServiceProviderIsService registered,
    IOptions<SallyportOptions> options,
    IHostEnvironment environment,
    ILogger<RouteAudit> logger) : IDisposable
{
    private readonly Lock _writing = new();
    private IDisposable? _watch;

    /// <summary>Looks at every endpoint, before the server listens.</summary>
    /// <exception cref="InvalidOperationException">An endpoint has neither a policy nor a written reason, or says what cannot be; all of them are named.</exception>
    public void Start()
    {
        if (Faults() is { IsEmpty: false } faults)
        {
            throw new InvalidOperationException(
                $"The guard does not start: {faults.Length} fault(s) in the routes.{Environment.NewLine}{string.Join(Environment.NewLine, faults)}");
        }

        Write();
        _watch = ChangeToken.OnChange(endpoints.GetChangeToken, Renew);
    }

    public void Dispose() => _watch?.Dispose();

    private ImmutableArray<string> Faults() =>
        [.. table.Facts().SelectMany(facts => facts.Faults.Concat(facts.Resources.SelectMany(Unregistered)).Select(fault => $"{RouteFacts.Name(facts.Route)} {fault}"))];

    private IEnumerable<string> Unregistered(ResourceRequirement resource) =>
        resource.Services.Where(service => !registered.IsService(service))
            .Select(service => $"requires a resource, but no {service.Name.Split('`')[0]}<{resource.ResourceType.Name}> is registered");

    /// <summary>Endpoints came or went while running: a faulty one is refused on each request, and said so here once.</summary>
    private void Renew()
    {
        foreach (var fault in Faults())
        {
            LogFault(fault);
        }

        try
        {
            Write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogNotWritten(e);
        }
    }

    private void Write()
    {
        if (options.Value.Routes.File is not { } name)
        {
            return;
        }

        var path = Path.GetFullPath(name, environment.ContentRootPath);
        var half = $"{path}.{Guid.NewGuid():N}.tmp";
        lock (_writing)
        {
            try
            {
                using (var file = new FileStream(half, FileMode.CreateNew, FileAccess.Write))
                {
                    file.Write(Encoding.UTF8.GetBytes(table.ToJson()));
                    file.Flush(flushToDisk: true);
                }

                // A reader sees the old table or the new one, never half of one.
                File.Move(half, path, overwrite: true);
            }
            finally
            {
                File.Delete(half);
            }
        }
    }

    [LoggerMessage(EventId = 2390, Level = LogLevel.Error, Message = "An endpoint was added that {Fault}. It is refused on every request.")]
    private partial void LogFault(string fault);

    [LoggerMessage(EventId = 2391, Level = LogLevel.Error, Message = "The table of routes could not be written; the file still has the former one.")]
    private partial void LogNotWritten(Exception exception);
}

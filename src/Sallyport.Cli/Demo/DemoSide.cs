using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using OrdersApi.App;
using Sallyport.Scan.Config;
using Sallyport.Scan.Engine;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Target;

namespace Sallyport.Cli.Demo;

/// <summary>One of the two APIs of the demonstration: started on loopback with certificates of its own, and the request that scans it.</summary>
internal sealed class DemoSide : IAsyncDisposable
{
    private readonly OrdersPki _pki;
    private readonly OrdersApp _app;
    private readonly string _folder;

    private DemoSide(string name, OrdersPki pki, OrdersApp app, ScanRequest request, string folder) =>
        (Name, _pki, _app, Request, _folder) = (name, pki, app, request, folder);

    /// <summary><c>naked</c> or <c>guarded</c>: also the name of its folder of reports.</summary>
    public string Name { get; }

    public ScanRequest Request { get; }

    /// <summary>Starts an API and prepares its scan, from files, as a user would.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="weaknesses">What it does wrong; none for the one behind the guard.</param>
    /// <param name="mode">What probes may do. Whatever it is, it is done to an API of our own that nobody else uses.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    public static async Task<DemoSide> StartAsync(string name, ImmutableArray<Weakness> weaknesses, ScanMode mode, TimeProvider time, CancellationToken cancellationToken)
    {
        string folder = Directory.CreateTempSubdirectory("sallyport-demo-").FullName;
        var pki = new OrdersPki(time);
        OrdersApp app = OrdersApp.Build(weaknesses, pki, time, guarded: weaknesses.IsEmpty);
        try
        {
            await app.StartAsync(cancellationToken).ConfigureAwait(false);
            var configuration = new OrdersConfiguration(app, pki) { Thorough = true };
            configuration.WriteTo(folder, more: "limits: { requestsPerSecond: 500, connections: 8000, requests: 60000, timeout: 9m }");
            var reader = new ScanRequestReader(configuration.Secrets.GetValueOrDefault, folder);
            return reader.Read(new() { ConfigurationFile = OrdersConfiguration.FileName }) is ScanRequestAnswer.Accepted accepted
                ? new(name, pki, app, accepted.Request with { Mode = mode, AllowHooks = true }, folder)
                : throw new InvalidOperationException("The demonstration's own configuration was refused.");
        }
        catch
        {
            await app.DisposeAsync().ConfigureAwait(false);
            pki.Dispose();
            Delete(folder);
            throw;
        }
    }

    /// <summary>The rules of this build's catalogue that the weaknesses plant and that run in every mode. Those of the others hide each other in part.</summary>
    public static ImmutableArray<string> Planted(IEnumerable<Weakness> weaknesses) =>
    [
        .. weaknesses.SelectMany(weakness => weakness.Plants).Distinct().Order(StringComparer.Ordinal)
            .Where(id => CheckCatalog.Find(id) is { Mode: ScanMode.Safe }),
    ];

    public async ValueTask DisposeAsync()
    {
        Request.Dispose();
        await _app.DisposeAsync().ConfigureAwait(false);
        _pki.Dispose();
        Delete(_folder);
    }

    private static void Delete(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The system empties its temporary folder; the keys in it open nothing any more.
        }
    }
}

using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using OrdersApi.App;
using Sallyport.Scan.Checks;
using Sallyport.Scan.Checks.Routing;
using Sallyport.Scan.Config;
using Sallyport.Scan.Engine;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Target;

namespace Sallyport.Proof.Tests;

/// <summary>Both APIs, started on loopback, scanned at the same time as a user would who tells everything and allows everything.</summary>
public sealed class ProvedSides : IAsyncLifetime
{
    private const string Limits = "limits: { requestsPerSecond: 2000, connections: 20000, requests: 100000, timeout: 8m }";

    // All of them, but for the one that waits for a certificate to expire: twenty seconds are for a target with a clock of its own.
    private static ImmutableArray<Check> Checks =>
        [.. CheckCatalog.BuiltIn.Select(check => check is ExpiryOnLiveConnection ? new ExpiryOnLiveConnection(TimeSpan.FromSeconds(3)) : check)];

    /// <summary>The API with weaknesses.</summary>
    public ScanReport Naked { get => field ?? throw NotYet(); private set; }

    /// <summary>The API behind the guard, every mode allowed.</summary>
    public ScanReport Guarded { get => field ?? throw NotYet(); private set; }

    public async ValueTask InitializeAsync()
    {
        Task<ScanReport> naked = ScanAsync(Weakness.Naked);
        Task<ScanReport> guarded = ScanAsync([]);
        (Naked, Guarded) = (await naked, await guarded);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static InvalidOperationException NotYet() => new("Not scanned yet.");

    private static async Task<ScanReport> ScanAsync(IReadOnlyCollection<Weakness> weaknesses)
    {
        using var pki = new OrdersPki(TimeProvider.System);
        await using OrdersApp app = OrdersApp.Build(weaknesses, pki, TimeProvider.System, guarded: weaknesses.Count == 0);
        string folder = Directory.CreateTempSubdirectory("sallyport-proof-").FullName;
        try
        {
            await app.StartAsync(TestContext.Current.CancellationToken);
            var configuration = new OrdersConfiguration(app, pki) { Thorough = true };
            configuration.WriteTo(folder, more: Limits);
            var reader = new ScanRequestReader(configuration.Secrets.GetValueOrDefault, folder);
            ScanRequestAnswer answer = reader.Read(new() { ConfigurationFile = OrdersConfiguration.FileName });
            using ScanRequest request = answer.ShouldBeOfType<ScanRequestAnswer.Accepted>().Request;
            return await new Scanner(new ScanSessions(TimeProvider.System), Checks, TimeProvider.System)
                .RunAsync(request with { Mode = ScanMode.Intrusive, AllowHooks = true }, null, TestContext.Current.CancellationToken);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}

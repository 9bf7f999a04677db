using System;
using System.Collections.Generic;
using System.IO;
using System.Threading.Tasks;
using OrdersApi.App;
using Sallyport.Scan.Config;
using Sallyport.Scan.Engine;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Target;

namespace Sallyport.Proof.Tests;

/// <summary>One of the two APIs, started on loopback, scanned as a user would, and stopped.</summary>
internal static class ProvedSide
{
    private const string Limits = "limits: { requestsPerSecond: 2000, connections: 8000, requests: 60000, timeout: 5m }";

    /// <summary>Scans the sample: behind the guard without weaknesses, with gates of its own otherwise.</summary>
    public static async Task<ScanReport> ScanAsync(IReadOnlyCollection<Weakness> weaknesses, ScanMode mode)
    {
        using var pki = new OrdersPki(TimeProvider.System);
        await using OrdersApp app = OrdersApp.Build(weaknesses, pki, TimeProvider.System, guarded: weaknesses.Count == 0);
        string folder = Directory.CreateTempSubdirectory("sallyport-proof-").FullName;
        try
        {
            await app.StartAsync(TestContext.Current.CancellationToken);
            var configuration = new OrdersConfiguration(app, pki);
            configuration.WriteTo(folder, more: Limits);
            var reader = new ScanRequestReader(configuration.Secrets.GetValueOrDefault, folder);
            ScanRequestAnswer answer = reader.Read(new() { ConfigurationFile = OrdersConfiguration.FileName });
            using ScanRequest request = answer.ShouldBeOfType<ScanRequestAnswer.Accepted>().Request;
            return await new Scanner(TimeProvider.System).RunAsync(request with { Mode = mode }, null, TestContext.Current.CancellationToken);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}

using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using OrdersApi.App;
using Sallyport.Cli.Pki;
using Sallyport.Scan.Config;
using Sallyport.Scan.Engine;
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
    /// <param name="weaknesses">What it does wrong.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    public static async Task<DemoSide> StartAsync(string name, ImmutableArray<Weakness> weaknesses, TimeProvider time, CancellationToken cancellationToken)
    {
        string folder = Directory.CreateTempSubdirectory("sallyport-demo-").FullName;
        var pki = new OrdersPki(time);
        OrdersApp app = OrdersApp.Build(weaknesses, pki, time);
        try
        {
            await app.StartAsync(cancellationToken).ConfigureAwait(false);
            pki.WriteTo(folder);
            PrivateFiles.WriteNew(Path.Combine(folder, "sallyport.yaml"), Configuration(app));
            var reader = new ScanRequestReader(_ => null, folder);
            return reader.Read(new() { ConfigurationFile = "sallyport.yaml" }) is ScanRequestAnswer.Accepted accepted
                ? new(name, pki, app, accepted.Request, folder)
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

    /// <summary>The rules of this build's catalogue that the weaknesses plant, as far as the scan's mode lets them run.</summary>
    public static ImmutableArray<string> Planted(IEnumerable<Weakness> weaknesses, ScanRequest request) =>
    [
        .. weaknesses.SelectMany(weakness => weakness.Plants).Distinct().Order(StringComparer.Ordinal)
            .Where(id => CheckCatalog.Find(id) is { } rule && rule.Mode <= request.Mode),
    ];

    public async ValueTask DisposeAsync()
    {
        Request.Dispose();
        await _app.DisposeAsync().ConfigureAwait(false);
        _pki.Dispose();
        Delete(_folder);
    }

    private static string Configuration(OrdersApp app)
    {
        var text = new System.Text.StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"target: {app.Url.GetLeftPart(UriPartial.Authority)}");
        text.AppendLine(CultureInfo.InvariantCulture, $"connectTo: 127.0.0.1:{app.Url.Port}");
        text.AppendLine(
            $$$"""
            spec: openapi.json
            serverCa: server-ca.pem
            clientCa: { cert: client-ca.pem, key: client-ca.key }
            identities:
              alice: { cert: alice.pem, key: alice.key, values: { name: alice, orderId: 17 } }
              bob:   { cert: bob.pem, key: bob.key, values: { name: bob, orderId: 27 } }
              carol: { cert: carol.pem, key: carol.key, state: revoked }
              root:  { cert: root.pem, key: root.key, role: admin }
            names: [{{{OrdersApp.StaffHost}}}]
            operations: { protected: ["GET /profiles/{name}"], public: [GET /health, GET /openapi.json] }
            expect: { mutualTls: required, browsers: true }
            """);
        if (app.PlainUrl is Uri plain)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"origins: [\"http://127.0.0.1:{plain.Port}\"]");
        }

        return text.ToString();
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

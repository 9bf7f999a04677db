using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using OrdersApi.App;
using Sallyport.Scan.Checks;
using Sallyport.Scan.Config;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Target;
using Sallyport.Scan.Tests.Checks;

namespace Sallyport.Scan.Tests.Samples;

/// <summary>The sample API in this process, with weaknesses or without any, and the request that scans it as a user's configuration would.</summary>
/// <remarks>
/// alice (A), bob: customers; root: administrator; carol: revoked; dave: revocable and disposable. Each has a certificate, a bearer token
/// and a session cookie bound to it, and values for every path parameter. Passwords: <see cref="PasswordOf"/>, the login is the name.
/// </remarks>
internal sealed class OrdersLab : IAsyncDisposable
{
    private readonly string _folder;

    private OrdersLab(OrdersPki pki, OrdersApp app, string folder, ScanRequest request, ImmutableArray<Weakness> weaknesses) =>
        (Pki, App, _folder, Request, Weaknesses) = (pki, app, folder, request, weaknesses);

    /// <summary>The certificates and who owns them.</summary>
    public OrdersPki Pki { get; }

    /// <summary>The API itself.</summary>
    public OrdersApp App { get; }

    /// <summary>What it does wrong.</summary>
    public ImmutableArray<Weakness> Weaknesses { get; }

    /// <summary>A safe scan of everything with all that is known: change what the test needs with <c>with</c>. Owned by the lab.</summary>
    public ScanRequest Request { get; }

    /// <summary>The rules that the weaknesses declare, those that they need included.</summary>
    public ImmutableArray<string> Planted =>
        [.. Weakness.Closure(Weaknesses).SelectMany(weakness => weakness.Plants).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>Starts the strict API, or a weak one.</summary>
    public static Task<OrdersLab> StartAsync(params ImmutableArray<Weakness> weaknesses) => StartAsync(TimeProvider.System, weaknesses);

    /// <inheritdoc cref="StartAsync(ImmutableArray{Weakness})"/>
    public static async Task<OrdersLab> StartAsync(TimeProvider time, params ImmutableArray<Weakness> weaknesses)
    {
        var pki = new OrdersPki(TimeProvider.System);
        OrdersApp app = OrdersApp.Build(weaknesses, pki, time);
        string folder = Directory.CreateTempSubdirectory("sallyport-orders-").FullName;
        try
        {
            await app.StartAsync(TestContext.Current.CancellationToken);
            var configuration = new OrdersConfiguration(app, pki);
            configuration.WriteTo(folder, more: "limits: { requestsPerSecond: 10000, connections: 4000, requests: 20000 }");
            var reader = new ScanRequestReader(configuration.Secrets.GetValueOrDefault, folder);
            return reader.Read(new() { ConfigurationFile = OrdersConfiguration.FileName }) switch
            {
                ScanRequestAnswer.Accepted accepted => new(pki, app, folder, accepted.Request, weaknesses),
                ScanRequestAnswer.Refused refused => throw new InvalidOperationException(string.Join("; ", refused.Problems)),
                _ => throw new InvalidOperationException("The lab's own configuration was not read."),
            };
        }
        catch
        {
            await app.DisposeAsync();
            pki.Dispose();
            Directory.Delete(folder, recursive: true);
            throw;
        }
    }

    /// <summary>Runs checks through the engine.</summary>
    public Task<ScanReport> RunAsync(Check check, ScanMode mode = ScanMode.Safe) => CheckLab.RunAsync(check, Request with { Mode = mode });

    /// <summary>The password of an identity's login.</summary>
    public string PasswordOf(OrdersIdentity identity) => App.PasswordFor(identity);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Request.Dispose();
        await App.DisposeAsync();
        Pki.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}

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
using Sallyport.Scan.Reports;
using Sallyport.Scan.Target;

namespace Sallyport.Soak;

/// <summary>The sample API with certificates and data of its own, random each time, and the request that scans it from files as a user would.</summary>
internal sealed class Site : IAsyncDisposable
{
    private readonly OrdersPki _pki;
    private readonly OrdersApp _app;
    private readonly string _folder;
    private readonly ScanRequest _request;
    private readonly Revoker? _revoker;

    /// <summary>What only an identity shows that signs in for a token.</summary>
    private static readonly string[] s_ofTokenLogins = ["BIND-010", "JWT-013"];

    /// <summary>What only identities show that sign in for a session.</summary>
    private static readonly string[] s_ofSessionLogins = ["CSRF-004", "CSRF-006", "CSRF-007"];

    /// <summary>What only hooks show, which take long.</summary>
    private static readonly string[] s_ofHooks = ["RACE-006"];

    private const string Limits = "limits: { requestsPerSecond: 10000, connections: 8000, requests: 40000, timeout: 10m }";
    private const string LimitsOfMany = "limits: { requestsPerSecond: 10000, connections: 30000, requests: 150000, timeout: 20m }";

    private Site(OrdersPki pki, OrdersApp app, string folder, ScanRequest request, ImmutableArray<Weakness> weaknesses, Revoker? revoker)
    {
        (_pki, _app, _folder, _request, _revoker) = (pki, app, folder, request, revoker);
        Planted = [.. Weakness.Closure(weaknesses).SelectMany(weakness => weakness.Plants).Distinct().Order(StringComparer.Ordinal)];
    }

    /// <summary>The rules that its weaknesses declare.</summary>
    public ImmutableArray<string> Planted { get; }

    /// <summary>The lowest mode in which every planted rule runs.</summary>
    public ScanMode ModeNeeded => Planted.Select(id => CheckCatalog.Find(id)?.Mode ?? ScanMode.Safe).Prepend(ScanMode.Safe).Max();

    /// <summary>Starts the API and writes what a scan of it is told.</summary>
    /// <param name="weaknesses">What it does wrong.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    /// <param name="thorough">Whether the scan is told everything that some rule asks for; else only what the rules of a single switch need.</param>
    public static async Task<Site> StartAsync(ImmutableArray<Weakness> weaknesses, CancellationToken cancellationToken, bool thorough = false)
    {
        string folder = Directory.CreateTempSubdirectory("sallyport-soak-").FullName;
        var pki = new OrdersPki(TimeProvider.System);
        OrdersApp app = OrdersApp.Build(weaknesses, pki, TimeProvider.System);
        try
        {
            await app.StartAsync(cancellationToken).ConfigureAwait(false);
            var configuration = new OrdersConfiguration(app, pki)
            {
                Thorough = thorough,
                SignsInForTokens = Plants(weaknesses, s_ofTokenLogins),
                SignsInForSessions = Plants(weaknesses, s_ofSessionLogins),
            };
            Revoker? revoker = Plants(weaknesses, s_ofHooks) || (thorough && weaknesses.Any(one => one.Plants.Intersect(s_ofHooks).Any())) ? new(app, pki.Dave, folder) : null;
            configuration.WriteTo(folder, more: [thorough ? LimitsOfMany : Limits, revoker?.Configuration ?? ""]);
            var reader = new ScanRequestReader(configuration.Secrets.GetValueOrDefault, folder);
            return reader.Read(new() { ConfigurationFile = OrdersConfiguration.FileName }) is ScanRequestAnswer.Accepted accepted
                ? new(pki, app, folder, accepted.Request with { AllowHooks = revoker is not null }, weaknesses, revoker)
                : throw new InvalidOperationException("The soak's own configuration was refused.");
        }
        catch
        {
            await app.DisposeAsync().ConfigureAwait(false);
            pki.Dispose();
            Directory.Delete(folder, recursive: true);
            throw;
        }
    }

    /// <summary>Scans with the whole catalogue.</summary>
    public Task<ScanReport> ScanAsync(ScanMode mode, CancellationToken cancellationToken) =>
        new Scanner(TimeProvider.System).RunAsync(_request with { Mode = mode }, null, cancellationToken);

    /// <summary>The rules that the report has findings of, and facts of where the rule knows facts only and a switch plants them.</summary>
    public static ImmutableArray<string> Found(ScanReport report)
    {
        HashSet<string> facts = [.. Weakness.All.SelectMany(weakness => weakness.Plants).Where(id => CheckCatalog.Find(id) is { Severity: null })];
        return
        [
            .. report.Findings.SelectMany(finding => finding.AlsoMatches.Prepend(finding.Id)).Concat(report.Facts.Select(fact => fact.Id).Where(facts.Contains))
                .Distinct().Order(StringComparer.Ordinal),
        ];
    }

    // Many switches are scanned as a user would who tells everything.
    private static bool Plants(ImmutableArray<Weakness> weaknesses, string[] rules) => weaknesses is [var only] && only.Plants.Intersect(rules).Any();

    public async ValueTask DisposeAsync()
    {
        _request.Dispose();
        if (_revoker is not null)
        {
            await _revoker.DisposeAsync().ConfigureAwait(false);
        }

        await _app.DisposeAsync().ConfigureAwait(false);
        _pki.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}

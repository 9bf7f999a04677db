using System;
using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Linq;
using System.Net;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Lab.Pki;
using Sallyport.Lab.Processes;
using Sallyport.Lab.Servers;
using Sallyport.Scan.Checks;
using Sallyport.Scan.Engine;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Target;
using Sallyport.Scan.Tests.Proofs.Broken;

[assembly: AssemblyFixture(typeof(Sallyport.Scan.Tests.Checks.CheckLab))]

namespace Sallyport.Scan.Tests.Checks;

/// <summary>Servers, certificates and the engine for tests of checks: one line asks, one line asserts.</summary>
public sealed class CheckLab : IAsyncDisposable
{
    private readonly ConcurrentDictionary<Type, Lazy<Task<IAsyncDisposable>>> _started = new();
    private readonly CancellationTokenSource _end = new();

    public CheckLab() => Undisturbed = new(this);

    public LabPki Pki { get; } = new(TimeProvider.System);

    /// <summary>What the sites that break are while they do not: scanned once for all proofs.</summary>
    public Undisturbed Undisturbed { get; }

    public Task<KestrelServer> KestrelAsync() => OnceAsync(KestrelServer.StartAsync);

    public Task<NginxServer> NginxAsync() => InstalledAsync("nginx", NginxServer.StartAsync);

    public Task<HaproxyServer> HaproxyAsync() => InstalledAsync("haproxy", HaproxyServer.StartAsync);

    public Task<ApacheServer> ApacheAsync() => InstalledAsync("apache2", ApacheServer.StartAsync);

    public Task<NodeServer> NodeAsync() => InstalledAsync("node", NodeServer.StartAsync);

    public Task<NodeShop> NodeShopAsync() => InstalledAsync("node", NodeShop.StartAsync);

    public Task<OpensslServer> OpensslAsync() => InstalledAsync("openssl", OpensslServer.StartAsync);

    /// <summary>A scan of a site as alice (and others when given), with GET /profiles/{name} declared to demand mutual TLS.</summary>
    internal ScanRequest Request(LabEndpoint site, params ImmutableArray<LabIdentity> identities)
    {
        TargetUrl.TryParse(site.Url.ToString(), out TargetUrl? target, out string? hint).ShouldBeTrue(hint);
        return new()
        {
            Target = target!, // asserted
            ConnectTo = new IPEndPoint(IPAddress.Loopback, site.Port),
            ServerRoots = [[.. Pki.ServerCa.Authority.Certificate.Span]],
            Identities = [.. (identities.IsEmpty ? [Pki.Alice] : identities).Select(Identity)],
            Operations = [Profiles],
            HasDescription = true,
            Limits = new() { RequestsPerSecond = 10_000 },
        };
    }

    /// <summary>GET /profiles/{name}, whose description demands mutual TLS.</summary>
    internal static Operation Profiles { get; } = new()
    {
        Method = "GET",
        PathTemplate = "/profiles/{name}",
        HasSecurity = true,
        DemandsMutualTls = true,
        Parameters = [new("name", "path", true, [])],
    };

    /// <summary>Runs one check through the engine: survey, plan, check, fold.</summary>
    internal static Task<ScanReport> RunAsync(Check check, ScanRequest request) => RunAsync(check, request, TimeProvider.System);

    /// <summary>The same by another clock.</summary>
    internal static async Task<ScanReport> RunAsync(Check check, ScanRequest request, TimeProvider time)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        return await new Scanner(new ScanSessions(time), [check], time).RunAsync(request, new Loud(), limit.Token);
    }

    /// <summary>An identity of the lab as the user would give it; its name fills <c>{name}</c>.</summary>
    internal static Identity Identity(LabIdentity lab) => new()
    {
        Name = lab.Name,
        Chain = [.. lab.Forged.Chain.Select(der => ImmutableArray.Create(der.Span))],
        Key = lab.Forged.Key.Algorithm,
        Values = ImmutableDictionary<string, string>.Empty.Add("name", lab.Name),
    };

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        foreach (Lazy<Task<IAsyncDisposable>> start in _started.Values)
        {
            try
            {
                await (await start.Value).DisposeAsync();
            }
            catch (Exception e) when (e is InvalidOperationException or OperationCanceledException)
            {
                // It never came up: the test that asked for it has said so.
            }
        }

        _end.Dispose();
        Pki.Dispose();
    }

    private Task<T> InstalledAsync<T>(string program, Func<ServerMaterial, CancellationToken, Task<T>> start)
        where T : class, IAsyncDisposable
    {
        if (Binaries.WhyMissing(program) is { } missing)
        {
            Assert.Skip(missing);
        }

        return OnceAsync(start);
    }

    private async Task<T> OnceAsync<T>(Func<ServerMaterial, CancellationToken, Task<T>> start)
        where T : class, IAsyncDisposable =>
        (T)await _started.GetOrAdd(typeof(T), _ => new Lazy<Task<IAsyncDisposable>>(async () => await start(Pki.Material, _end.Token))).Value;

    // An error inside a check would otherwise look like an honest "not tested".
    private sealed class Loud : IProgress<ScanProgress>
    {
        public void Report(ScanProgress value)
        {
            if (value is ScanProgress.Broken broken)
            {
                TestContext.Current.AddWarning(broken.ToString());
            }
        }
    }
}

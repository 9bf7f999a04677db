using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sallyport.AspNetCore.Revocation;
using Sallyport.AspNetCore.Trust;
using Sallyport.Certificates.Chain;
using Sallyport.Forge;
using Sallyport.Forge.Revocation;
using Sallyport.Lab.Pki;

namespace Sallyport.AspNetCore.Tests.Revocation;

/// <summary>The guard's trust as a host registers it, over files in a folder of its own. A test turns each wheel by hand, or starts the host.</summary>
internal sealed class Gatehouse : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sallyport-gatehouse-");
    private readonly Lazy<IHost> _host;

    public Gatehouse(Action<Gatehouse, SallyportOptions> configure, TimeProvider? time = null)
    {
        Time = time ?? new ManualTime();
        Pki = new LabPki(Time);
        _host = new Lazy<IHost>(() => Build(configure));
    }

    public TimeProvider Time { get; }

    public LabPki Pki { get; }

    public LogBook Log { get; } = new();

    public IHost Host => _host.Value;

    public TrustHolder Holder => Service<TrustHolder>();

    public CertificateJudge Judge => Service<CertificateJudge>();

    public TrustRefresher Refresher => Service<TrustRefresher>();

    public CrlUrlSources Sources => Service<CrlUrlSources>();

    public OcspWatch Watch => Service<OcspWatch>();

    public IDenyList DenyList => Service<IDenyList>();

    public long Epoch => Holder.Current?.Epoch ?? 0;

    public DateTimeOffset Now => Time.GetUtcNow();

    /// <summary>The anchors' file and one list, which is what most tests have.</summary>
    public static Gatehouse WithList(Action<SallyportOptions>? configure = null) => new((house, options) =>
    {
        options.Trust.AddPemFile("ca.pem");
        options.Revocation.Crl.AddFile("ca.crl");
        house.Write("ca.pem", Pem(house.Pki.ClientCa));
        if (!File.Exists(house.PathOf("ca.crl")))
        {
            house.Write("ca.crl", house.List(1));
        }

        configure?.Invoke(options);
    });

    public static string Pem(params IEnumerable<LabAuthority> authorities) => string.Concat(authorities.Select(static a => File.ReadAllText(a.CertificateFile)));

    public static string ListPem(byte[] der) => PemEncoding.WriteString("X509 CRL", der) + "\n";

    public T Service<T>()
        where T : notnull => Host.Services.GetRequiredService<T>();

    public string PathOf(string name) => Path.Combine(_folder.FullName, name);

    public void Write(string name, string content) => File.WriteAllText(PathOf(name), content);

    public void Write(string name, byte[] content) => File.WriteAllBytes(PathOf(name), content);

    public void Advance(TimeSpan by) => ((ManualTime)Time).Advance(by);

    /// <summary>Does what the start does, without servers and loops.</summary>
    public Gatehouse Open()
    {
        Refresher.Poll(isFirst: true);
        Service<TrustComposer>().Open();
        return this;
    }

    /// <summary>Two looks at every file: enough for whatever stands still.</summary>
    public void Poll()
    {
        Refresher.Poll();
        Refresher.Poll();
    }

    /// <summary>Asks every URL once.</summary>
    public async Task FetchAsync()
    {
        foreach (var source in Sources.All)
        {
            await source.RefreshAsync(TestContext.Current.CancellationToken);
        }

        Refresher.Poll();
    }

    public async Task<Gatehouse> StartAsync()
    {
        await Host.StartAsync(TestContext.Current.CancellationToken);
        return this;
    }

    /// <summary>Completes when a state that fits was published; 30 seconds at most.</summary>
    public async Task PublishedAsync(Func<bool> fits)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(30));

        // Not disposed of: the subscription outlives this wait, and a listener that throws would break the publisher.
        var published = new SemaphoreSlim(0);
        Holder.Subscribe(_ => published.Release());
        while (!fits())
        {
            await published.WaitAsync(limit.Token);
        }
    }

    public ChainVerdict Verdict(LabIdentity identity) => Judge.Judge(
        identity.Forged.Leaf.Span, [.. identity.Forged.Chain.Skip(1)]).Verdict;

    /// <summary>"Verified", or the refusal in words.</summary>
    public string Says(LabIdentity identity) => Verdict(identity) switch
    {
        ChainVerdict.Refused refused => refused.Refusal.Gap is { } gap ? $"{refused.Refusal.Reason}:{gap}" : refused.Refusal.Reason.ToString(),
        _ => "Verified",
    };

    /// <summary>A list of the client CA, current for a day unless changed.</summary>
    public byte[] List(int number, params LabIdentity[] revoked) => List(number, spec => spec, revoked);

    public byte[] List(int number, Func<RevocationListSpec, RevocationListSpec> change, params LabIdentity[] revoked) =>
        List(Pki.ClientCa.Authority, number, change, revoked);

    public byte[] List(CertificateAuthority authority, int number, Func<RevocationListSpec, RevocationListSpec> change, params LabIdentity[] revoked) =>
        authority.SignRevocationList(change(new RevocationListSpec
        {
            ThisUpdate = Now.AddMinutes(-5),
            NextUpdate = Now.AddHours(12),
            Number = number,
            Entries =
            [
                .. revoked.Select(identity => new RevokedEntry
                {
                    Serial = identity.Serial,
                    RevokedAt = Now.AddMinutes(-5),
                    Reason = RevocationReason.KeyCompromise,
                }),
            ],
        }));

    public async ValueTask DisposeAsync()
    {
        if (_host.IsValueCreated)
        {
            await Host.StopAsync(CancellationToken.None);
            Host.Dispose();
        }

        Pki.Dispose();
        _folder.Delete(recursive: true);
    }

    private IHost Build(Action<Gatehouse, SallyportOptions> configure)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ContentRootPath = _folder.FullName });
        builder.Services.AddLogging(logging => logging.AddProvider(Log).SetMinimumLevel(LogLevel.Trace));
        builder.Services.AddSingleton(Time);
        builder.Services.AddOptions<SallyportOptions>().Configure(options => configure(this, options)).ValidateOnStart();
        builder.Services.AddSingleton<TrustHolder>();
        builder.Services.AddSingleton<CertificateJudge>();
        builder.Services.AddRevocation();
        return builder.Build();
    }
}

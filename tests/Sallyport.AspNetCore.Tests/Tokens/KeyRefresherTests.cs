using System;
using System.Collections.Concurrent;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Internal;
using Sallyport.AspNetCore.Audit;
using Sallyport.AspNetCore.Tokens;

namespace Sallyport.AspNetCore.Tests.Tokens;

/// <summary>Keys come and go in the background; no request ever waits for them.</summary>
public sealed class KeyRefresherTests : IDisposable
{
    private readonly TokenForge _forge = new();
    private readonly ManualClock _clock = new(TimeProvider.System.GetUtcNow());
    private readonly Source _source = new();

    [Fact]
    public async Task Keys_come_from_the_issuers_metadata()
    {
        _source.Answers["https://issuer.test/.well-known/openid-configuration"] = Json("""{"issuer":"https://issuer.test","jwks_uri":"https://issuer.test/jwks"}""");
        _source.Answers["https://issuer.test/jwks"] = TokenForge.KeySet(_forge.PublicKey());
        await using ServiceProvider services = Services(_ => { });
        await ReadAsync(services);
        Issuer(services).KeysAt(_clock.GetUtcNow())!.Keys.Single().KeyId.ShouldBe("k1"); // read above
    }

    [Theory]
    [InlineData("""{"issuer":"https://issuer.test/","jwks_uri":"https://issuer.test/jwks"}""")]
    [InlineData("""{"issuer":"https://other.test","jwks_uri":"https://issuer.test/jwks"}""")]
    [InlineData("""{"issuer":"https://issuer.test","jwks_uri":"http://issuer.test/jwks"}""")]
    [InlineData("""{"issuer":"https://issuer.test","jwks_uri":"file:///etc/keys"}""")]
    [InlineData("""{"issuer":"https://issuer.test","issuer":"https://issuer.test","jwks_uri":"https://issuer.test/jwks"}""")]
    [InlineData("""{"issuer":"https://issuer.test"}""")]
    [InlineData("""{"issuer":"https://issuer.test","jwks_uri":"\ud800"}""")]
    [InlineData("""{"issuer":"\ud800","jwks_uri":"https://issuer.test/jwks"}""")]
    [InlineData("""{"\ud800":1,"issuer":"https://issuer.test"}""")]
    [InlineData("[]")]
    [InlineData("<html>")]
    public async Task Metadata_of_somebody_else_or_an_open_address_are_not_followed(string metadata)
    {
        _source.Answers["https://issuer.test/.well-known/openid-configuration"] = Json(metadata);
        _source.Answers["https://issuer.test/jwks"] = TokenForge.KeySet(_forge.PublicKey());
        _source.Answers["http://issuer.test/jwks"] = TokenForge.KeySet(_forge.PublicKey());
        await using ServiceProvider services = Services(_ => { });
        await ReadAsync(services);
        Issuer(services).Keys.ShouldBeNull();
    }

    [Fact]
    public async Task The_last_good_keys_stay_when_new_ones_cannot_be_used()
    {
        const string Address = "https://issuer.test/keys";
        _source.Answers[Address] = TokenForge.KeySet(_forge.PublicKey());
        await using ServiceProvider services = Services(issuer => issuer.KeyUrl = new Uri(Address));
        await ReadAsync(services);
        KeySet? good = Issuer(services).Keys.ShouldNotBeNull();
        _clock.Advance(TimeSpan.FromMinutes(1));
        byte[]?[] bad = [Json("{"), Json("{\"keys\":[]}"), new byte[300_000], [], null];
        foreach (byte[]? answer in bad)
        {
            _source.Answers[Address] = answer;
            await ReadAsync(services);
            Issuer(services).Keys.ShouldBeSameAs(good);
        }

        using var next = new TokenForge();
        _source.Answers[Address] = TokenForge.KeySet(_forge.PublicKey(), next.PublicKey(("kid", "k2")));
        await ReadAsync(services);
        Issuer(services).Keys.ShouldNotBeNull().Keys.Select(key => key.KeyId).ShouldBe(["k1", "k2"]);
        Issuer(services).Keys!.Keys[0].ShouldBeSameAs(good.Keys[0]); // asked before
    }

    [Fact]
    public async Task A_file_of_keys_is_read_and_a_missing_one_changes_nothing()
    {
        string file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        await File.WriteAllBytesAsync(file, TokenForge.KeySet(_forge.PublicKey()), TestContext.Current.CancellationToken);
        await using ServiceProvider services = Services(issuer => issuer.KeyFile = file);
        await ReadAsync(services);
        KeySet good = Issuer(services).Keys.ShouldNotBeNull();
        File.Delete(file);
        await ReadAsync(services);
        Issuer(services).Keys.ShouldBeSameAs(good);
    }

    [Theory]
    [InlineData(4_096, true)]
    [InlineData(4_097, true)]
    [InlineData(262_144, true)]
    [InlineData(262_145, false)]
    public async Task A_set_may_have_256_KiB_and_no_octet_more(int length, bool isRead)
    {
        const string Address = "https://issuer.test/keys";
        byte[] keys = TokenForge.KeySet(_forge.PublicKey());
        byte[] padded = new byte[length];
        padded.AsSpan().Fill((byte)' ');
        keys.CopyTo(padded, length - keys.Length);
        _source.Answers[Address] = padded;
        await using ServiceProvider services = Services(issuer => issuer.KeyUrl = new Uri(Address));
        await ReadAsync(services);
        (Issuer(services).Keys is not null).ShouldBe(isRead);
    }

    [Fact]
    public async Task A_file_of_keys_is_relative_to_the_content_root()
    {
        DirectoryInfo root = Directory.CreateTempSubdirectory("sallyport-keys-");
        await File.WriteAllBytesAsync(Path.Combine(root.FullName, "keys.json"), TokenForge.KeySet(_forge.PublicKey()), TestContext.Current.CancellationToken);
        await using ServiceProvider services = Services(issuer => issuer.KeyFile = "keys.json", root.FullName);
        await ReadAsync(services);
        Issuer(services).Keys.ShouldNotBeNull().Keys.Length.ShouldBe(1);
        root.Delete(recursive: true);
    }

    [Fact]
    public async Task Unknown_keys_ask_for_one_read_in_the_background_and_never_sooner_than_the_least_time()
    {
        const string Address = "https://issuer.test/keys";
        _source.Answers[Address] = TokenForge.KeySet(_forge.PublicKey());
        await using ServiceProvider services = Services(issuer => issuer.KeyUrl = new Uri(Address));
        KeyRefresher refresher = services.GetRequiredService<KeyRefresher>();
        await refresher.StartAsync(TestContext.Current.CancellationToken);
        await _clock.NextTimerAsync(); // the limit of the start
        await _clock.NextTimerAsync(); // the least time
        _source.Asked.Count.ShouldBe(1);

        for (int call = 0; call < 1_000; call++)
        {
            Issuer(services).WantKeys();
        }

        _clock.Advance(TimeSpan.FromSeconds(29));
        _source.Asked.Count.ShouldBe(1);
        _clock.Advance(TimeSpan.FromSeconds(1));
        await _source.NextAsync(2);
        await _clock.NextTimerAsync(); // what is left of the interval, over at once
        await _clock.NextTimerAsync(); // the least time again
        _source.Asked.Count.ShouldBe(2);

        _clock.Advance(TimeSpan.FromSeconds(30));
        await _clock.NextTimerAsync(); // nobody wants them: the rest of the interval
        _source.Asked.Count.ShouldBe(2);
        _clock.Advance(TimeSpan.FromSeconds(270));
        await _source.NextAsync(3);
        await refresher.StopAsync(TestContext.Current.CancellationToken);
    }

    public void Dispose()
    {
        _forge.Dispose();
        _source.Dispose();
    }

    private static TokenIssuer Issuer(IServiceProvider services) => services.GetRequiredService<TokenIssuers>().All.Single();

    private static Task ReadAsync(IServiceProvider services) =>
        services.GetRequiredService<KeyRefresher>().ReadAsync(Issuer(services), TestContext.Current.CancellationToken);

    private static byte[] Json(string text) => System.Text.Encoding.UTF8.GetBytes(text);

    private ServiceProvider Services(Action<TokenIssuerOptions> configure, string? contentRoot = null)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        if (contentRoot is not null)
        {
            services.AddSingleton<IHostEnvironment>(new HostingEnvironment { ContentRootPath = contentRoot });
        }

        services.AddSingleton<TimeProvider>(_clock);
        services.AddSingleton<IAuditTrail, RecordingAudit>();
        services.AddOptions<SallyportOptions>().Configure(options => options.Tokens.AddIssuer("https://issuer.test", issuer =>
        {
            issuer.Audiences.Add("a");
            configure(issuer);
        }));
        services.AddTokens();
        services.AddHttpClient(SallyportDefaults.TokenHttpClient).ConfigurePrimaryHttpMessageHandler(() => _source);
        return services.BuildServiceProvider();
    }

    /// <summary>A web of fixed answers; null is a redirect to where good keys are.</summary>
    private sealed class Source : HttpMessageHandler
    {
        private readonly SemaphoreSlim _arrived = new(0);

        public ConcurrentDictionary<string, byte[]?> Answers { get; } = new();

        public ConcurrentQueue<string> Asked { get; } = new();

        public async Task NextAsync(int count)
        {
            while (Asked.Count < count)
            {
                (await _arrived.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken)).ShouldBeTrue("nobody asked");
            }
        }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            string address = request.RequestUri?.ToString() ?? "";
            Asked.Enqueue(address);
            _arrived.Release();
            return Task.FromResult(!Answers.TryGetValue(address, out byte[]? answer)
                ? new HttpResponseMessage(HttpStatusCode.NotFound)
                : answer is null
                    ? new HttpResponseMessage(HttpStatusCode.Redirect) { Headers = { Location = new Uri("https://elsewhere.test/keys") } }
                    : new HttpResponseMessage(HttpStatusCode.OK) { Content = new ByteArrayContent(answer) });
        }
    }
}

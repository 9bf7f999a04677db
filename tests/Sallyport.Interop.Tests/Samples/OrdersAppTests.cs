using System;
using System.IO;
using System.Linq;
using System.Net.Http;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using OrdersApi.App;
using Sallyport.Forge;
using Sallyport.Interop.Tests.Servers;
using Sallyport.Lab.Servers;

namespace Sallyport.Interop.Tests.Samples;

public sealed class OrdersAppTests : IDisposable
{
    private const string Profile = "/profiles/alice";

    private readonly OrdersPki _pki = new(TimeProvider.System);
    private readonly X509Certificate2 _serverCa;
    private readonly PlainClient _client;

    public OrdersAppTests()
    {
        _serverCa = X509CertificateLoader.LoadCertificate(_pki.ServerCa.Certificate.Span);
        _client = new PlainClient(_serverCa);
    }

    private static OrdersIdentity? NoOne => null;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task Strict_serves_owners_and_nobody_else(SslProtocols version)
    {
        await using var app = await StartedAsync();
        (await GetAsync(app, Profile, _pki.Alice, version: version)).Text.ShouldContain("\"note\":\"profile-");
        (await GetAsync(app, "/orders/17", _pki.Alice, version: version)).Status.ShouldBe(200);
        (await GetAsync(app, "/orders", _pki.Bob, version: version)).Text.ShouldContain("\"id\":27");
        (await GetAsync(app, "/admin/accounts", _pki.Root, version: version)).Text.ShouldContain("carol");
        (await GetAsync(app, "/staff/report", _pki.Sam, OrdersApp.StaffHost, version: version)).Text.ShouldContain("\"note\":\"report-");
        (await GetAsync(app, Profile, _pki.Sam, OrdersApp.StaffHost, version: version)).Text.ShouldContain("\"remark\":\"remark-");
        (await GetAsync(app, Profile, _pki.Bob, version: version)).Status.ShouldBe(403);
        (await GetAsync(app, "/orders/17", _pki.Bob, version: version)).Status.ShouldBe(403);
        (await GetAsync(app, "/admin/accounts", _pki.Alice, version: version)).Status.ShouldBe(403);
        (await GetAsync(app, "/orders/99", _pki.Root, version: version)).Status.ShouldBe(404);
        (await GetAsync(app, Profile, NoOne, version: version)).Status.ShouldBe(0);
        (await GetAsync(app, "/health", NoOne, version: version)).Status.ShouldBe(0);
        (await GetAsync(app, Profile, _pki.Carol, version: version)).Status.ShouldBe(0);
        (await GetAsync(app, Profile, _pki.Alice, OrdersApp.StaffHost, version: version)).Status.ShouldBe(0);
    }

    [Fact]
    public async Task Strict_refuses_every_identity_of_the_forge_but_the_control()
    {
        await using var app = await StartedAsync();
        foreach (var forged in new[] { Rogue(), LookAlike(), Forged(spec => spec with { ExtendedKeyUsages = [] }), Nobody() })
        {
            (await GetAsync(app, Profile, forged)).Status.ShouldBeOneOf(0, 403);
        }
    }

    [Fact]
    public async Task Strict_sends_a_foreign_Host_away()
    {
        await using var app = await StartedAsync();
        (await GetAsync(app, "/staff/report", _pki.Alice, host: OrdersApp.StaffHost)).Status.ShouldBe(421);
        (await GetAsync(app, Profile, _pki.Alice, host: "elsewhere.test")).Status.ShouldBe(421);
        (await GetAsync(app, Profile, _pki.Alice, name: "127.0.0.1", host: "127.0.0.1")).Status.ShouldBe(200);
        (await GetAsync(app, Profile, _pki.Alice, name: "127.0.0.1", host: "localhost")).Status.ShouldBe(421);
    }

    [Fact]
    public async Task Strict_tells_browsers_to_stay_on_TLS_and_has_no_plain_port()
    {
        await using var app = await StartedAsync();
        (await GetAsync(app, Profile, _pki.Alice)).Text.ShouldContain("Strict-Transport-Security: max-age=");
        app.PlainUrl.ShouldBeNull();
    }

    [Fact]
    public async Task Strict_closes_the_door_when_the_revocation_list_is_out_of_date()
    {
        var later = new Clock(TimeProvider.System.GetUtcNow().AddDays(3));
        await using var app = await StartedAsync(later);
        (await GetAsync(app, Profile, _pki.Alice)).Status.ShouldBe(0);
    }

    [Fact]
    public async Task Strict_looks_again_at_an_open_connection()
    {
        var clock = new Clock(TimeProvider.System.GetUtcNow());
        await using var app = await StartedAsync(clock);
        using var handler = Handler(_pki.Alice);
        using var http = Client(handler, app);
        (await http.GetAsync(new Uri(app.Url, Profile), Token)).StatusCode.ShouldBe(System.Net.HttpStatusCode.OK);
        clock.Now = clock.Now.AddDays(3);
        http.DefaultRequestHeaders.Authorization = new("Bearer", app.TokenFor(_pki.Alice));
        (await http.GetAsync(new Uri(app.Url, Profile), Token)).StatusCode.ShouldBe(System.Net.HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Any_certificate_believes_a_rogue_alice()
    {
        await using var app = await StartedAsync(Weakness.AnyCertificate);
        (await GetAsync(app, Profile, Rogue())).Status.ShouldBe(200);
        (await GetAsync(app, Profile, NoOne)).Status.ShouldBe(0);
    }

    [Fact]
    public async Task Account_by_common_name_takes_a_look_alike_for_alice_and_stumbles_over_odd_names()
    {
        await using var app = await StartedAsync(Weakness.AccountByCommonName);
        (await GetAsync(app, Profile, LookAlike())).Status.ShouldBe(200);
        (await GetAsync(app, Profile, Rogue())).Status.ShouldBe(0);
        (await GetAsync(app, Profile, Forged(spec => spec with { Subject = OddName() }))).Status.ShouldBe(500);
    }

    [Fact]
    public async Task Any_usage_takes_a_certificate_without_one()
    {
        await using var app = await StartedAsync(Weakness.AnyUsage);
        (await GetAsync(app, Profile, Forged(spec => spec with { ExtendedKeyUsages = [] }))).Status.ShouldBe(200);
        (await GetAsync(app, Profile, Forged(spec => spec with { ExtendedKeyUsages = ["1.3.6.1.5.5.7.3.1"] }))).Status.ShouldBe(200);
    }

    [Fact]
    public async Task No_revocation_serves_the_revoked()
    {
        await using var app = await StartedAsync(Weakness.NoRevocation);
        (await GetAsync(app, "/profiles/carol", _pki.Carol)).Status.ShouldBe(200);
    }

    [Fact]
    public async Task The_route_gap_shows_the_invoice_and_nothing_else()
    {
        await using var app = await StartedAsync(Weakness.RouteGap);
        (await GetAsync(app, "/orders/17/invoice", NoOne)).Status.ShouldBe(200);
        (await GetAsync(app, "/orders/17", NoOne)).Status.ShouldBe(401);
        (await GetAsync(app, "/orders/17/invoice", _pki.Bob)).Status.ShouldBe(403);
    }

    [Fact]
    public async Task Everyone_served_needs_no_certificate()
    {
        await using var app = await StartedAsync(Weakness.EveryoneServed);
        (await GetAsync(app, Profile, NoOne)).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Foreign_host_shows_the_staff_pages_to_a_customer()
    {
        await using var app = await StartedAsync(Weakness.ForeignHost);
        (await GetAsync(app, "/staff/report", _pki.Alice, host: OrdersApp.StaffHost)).Text.ShouldContain("\"note\":\"report-");
        (await GetAsync(app, "/staff/report", _pki.Alice, name: "127.0.0.1", host: OrdersApp.StaffHost)).Status.ShouldBe(200);
        (await GetAsync(app, "/staff/report", _pki.Alice, OrdersApp.StaffHost)).Status.ShouldBe(0);
        (await GetAsync(app, Profile, _pki.Alice, host: OrdersApp.StaffHost)).Text.ShouldContain("\"remark\":\"remark-");
        (await GetAsync(app, Profile, _pki.Alice)).Text.ShouldContain("\"note\":\"profile-");
    }

    [Theory]
    [InlineData("localhost", "HTTP/2 200")]
    [InlineData(OrdersApp.StaffHost, "HTTP/2 421")]
    public async Task Speaks_HTTP_2_and_sends_a_foreign_authority_away(string authority, string status)
    {
        // HttpClient would put the name of the Host header into the handshake as well.
        Installed.Need("curl");
        var folder = Directory.CreateTempSubdirectory("sallyport-orders-");
        try
        {
            await using var app = await StartedAsync();
            _pki.WriteTo(folder.FullName);
            var said = await Tool.RunAsync(
                "curl",
                [
                    "--silent", "--include", "--http2", "--header", "Host: " + authority, "--header", "Authorization: Bearer " + app.TokenFor(_pki.Alice), "--cacert", Path.Combine(folder.FullName, "server-ca.pem"),
                    "--cert", Path.Combine(folder.FullName, "alice.pem"), "--key", Path.Combine(folder.FullName, "alice.key"),
                    new Uri(app.Url, Profile).ToString(),
                ]);
            said.ShouldStartWith(status);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Trusted_connection_never_looks_again()
    {
        var clock = new Clock(TimeProvider.System.GetUtcNow());
        await using var app = await StartedAsync(clock, Weakness.TrustedConnection);
        using var handler = Handler(_pki.Alice);
        using var http = Client(handler, app);
        (await http.GetAsync(new Uri(app.Url, Profile), Token)).StatusCode.ShouldBe(System.Net.HttpStatusCode.OK);
        clock.Now = clock.Now.AddDays(3);
        http.DefaultRequestHeaders.Authorization = new("Bearer", app.TokenFor(_pki.Alice));
        (await http.GetAsync(new Uri(app.Url, Profile), Token)).StatusCode.ShouldBe(System.Net.HttpStatusCode.OK);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Certificate_downloads_fetches_what_a_stranger_names(bool weak)
    {
        await using var listener = HostileServer.Start(HostileBehaviour.PlainHttp);
        await using var app = await StartedAsync(weak ? [Weakness.CertificateDownloads] : []);
        var canary = Rogue(spec => spec with { CaIssuersUrls = [$"http://127.0.0.1:{listener.Endpoint.Port}/ca.cer"] });
        (await GetAsync(app, Profile, canary)).Status.ShouldBe(0);
        (listener.Connections > 0).ShouldBe(weak);
    }

    [Fact]
    public async Task Unmapped_served_needs_no_account()
    {
        await using var app = await StartedAsync(Weakness.UnmappedServed);
        (await GetAsync(app, Profile, Nobody())).Status.ShouldBe(200);
        (await GetAsync(app, "/admin/accounts", Nobody())).Status.ShouldBe(403);
    }

    [Fact]
    public async Task No_owner_rule_shows_alice_to_bob()
    {
        await using var app = await StartedAsync(Weakness.NoOwnerRule);
        (await GetAsync(app, Profile, _pki.Bob)).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Plain_http_serves_everything_to_everyone()
    {
        await using var app = await StartedAsync(Weakness.PlainHttp);
        using var http = new HttpClient();
        (await http.GetStringAsync(new Uri(app.PlainUrl.ShouldNotBeNull(), Profile), Token)).ShouldContain("\"note\":\"profile-");
    }

    [Fact]
    public async Task No_strict_transport_leaves_the_header_out()
    {
        await using var app = await StartedAsync(Weakness.NoStrictTransport);
        (await GetAsync(app, Profile, _pki.Alice)).Text.ShouldNotContain("Strict-Transport-Security");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Old_suites_accepts_CBC_with_SHA1(bool weak)
    {
        Installed.Need("openssl");
        await using var app = await StartedAsync(weak ? [Weakness.OldSuites] : []);
        var said = await Tool.RunAsync(
            "openssl",
            ["s_client", "-connect", $"127.0.0.1:{app.Url.Port}", "-tls1_2", "-cipher", "ECDHE-ECDSA-AES256-SHA"]);
        said.Contains("Cipher is ECDHE-ECDSA-AES256-SHA", StringComparison.Ordinal).ShouldBe(weak);
    }

    [Fact]
    public async Task Naked_still_serves_the_right_people()
    {
        await using var app = await StartedAsync([.. Weakness.Naked]);
        (await GetAsync(app, Profile, _pki.Alice)).Status.ShouldBe(200);
        (await GetAsync(app, Profile, NoOne)).Status.ShouldBe(401);
        (await GetAsync(app, Profile, Rogue())).Status.ShouldBe(200);
        (await GetAsync(app, "/staff/report", _pki.Sam, OrdersApp.StaffHost)).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Orders_are_taken_and_bad_ones_refused()
    {
        await using var app = await StartedAsync();
        using var handler = Handler(_pki.Alice);
        using var http = Client(handler, app);
        var orders = new Uri(app.Url, "/orders");
        using var good = new StringContent("""{"item":"a spyglass"}""", Encoding.UTF8, "application/json");
        (await http.PostAsync(orders, good, Token)).StatusCode.ShouldBe(System.Net.HttpStatusCode.Created);
        foreach (var body in new[] { "", "{", "[]", """{"item":5}""", """{"item":" "}""" })
        {
            using var bad = new StringContent(body, Encoding.UTF8, "application/json");
            (await http.PostAsync(orders, bad, Token)).StatusCode.ShouldBe(System.Net.HttpStatusCode.BadRequest);
        }
    }

    [Fact]
    public void Every_weakness_has_its_own_name_and_plants_something()
    {
        Weakness.All.Select(weakness => weakness.Name).Distinct().Count().ShouldBe(Weakness.All.Length);
        Weakness.All.Where(weakness => weakness.Plants.Length == 0 || weakness.Summary.Length == 0).ShouldBeEmpty();
    }

    [Fact]
    public void The_description_is_OpenAPI_31_and_says_mutualTLS()
    {
        using var description = JsonDocument.Parse(OrdersApp.OpenApi);
        description.RootElement.GetProperty("openapi").GetString().ShouldStartWith("3.1");
        description.RootElement.GetProperty("components").GetProperty("securitySchemes").GetProperty("clientCertificate")
            .GetProperty("type").GetString().ShouldBe("mutualTLS");
    }

    public void Dispose()
    {
        _serverCa.Dispose();
        _pki.Dispose();
    }

    private static X509Certificate2 Loaded(ForgedIdentity identity) =>
        X509CertificateLoader.LoadPkcs12(identity.ExportPkcs12(""), "", X509KeyStorageFlags.Exportable);

    private static DistinguishedName OddName() =>
        DistinguishedName.Of(new NameAttribute("2.5.4.10", "Orders, \"Inc\""), new NameAttribute("2.5.4.3", "alice"));

    private ForgedIdentity LookAlike() =>
        Forged(spec => spec with { SubjectAltNames = [new GeneralName.Uri("urn:orders:account:mallory")] });

    private ForgedIdentity Nobody() => Forged(spec => spec with { Subject = DistinguishedName.CommonName("nobody") });

    private ForgedIdentity Forged(Func<CertificateSpec, CertificateSpec> change) => _pki.ClientCa.Issue(change(AliceSpec()));

    private ForgedIdentity Rogue(Func<CertificateSpec, CertificateSpec>? change = null)
    {
        var now = TimeProvider.System.GetUtcNow();
        var rogue = CertificateAuthority.CreateRoot("Orders Client CA", now.AddMinutes(-5), now.AddDays(1), ForgeKey.P256());
        return rogue.Issue(change?.Invoke(AliceSpec()) ?? AliceSpec());
    }

    private static CertificateSpec AliceSpec() => new()
    {
        Subject = DistinguishedName.CommonName("alice"),
        NotBefore = TimeProvider.System.GetUtcNow().AddMinutes(-5),
        NotAfter = TimeProvider.System.GetUtcNow().AddMinutes(10),
        Key = ForgeKey.P256(),
        SubjectAltNames = [new GeneralName.Uri("urn:orders:account:alice")],
        ExtendedKeyUsages = ["1.3.6.1.5.5.7.3.2"],
        BasicConstraints = new BasicConstraints(IsAuthority: false),
        KeyUsages = X509KeyUsageFlags.DigitalSignature,
    };

    private Task<OrdersApp> StartedAsync(params Weakness[] weaknesses) => StartedAsync(TimeProvider.System, weaknesses);

    private async Task<OrdersApp> StartedAsync(TimeProvider time, params Weakness[] weaknesses)
    {
        var app = OrdersApp.Build(weaknesses, _pki, time);
        await app.StartAsync(Token);
        return app;
    }

    private Task<PlainAnswer> GetAsync(
        OrdersApp app, string path, OrdersIdentity? identity, string? name = null, string? host = null, SslProtocols version = SslProtocols.None) =>
        GetAsync(app, path, identity?.Forged, identity is null ? null : app.TokenFor(identity), name, host, version);

    /// <summary>With a certificate of our own making, and the token of alice.</summary>
    private Task<PlainAnswer> GetAsync(OrdersApp app, string path, ForgedIdentity forged) =>
        GetAsync(app, path, forged, app.TokenFor(_pki.Alice), null, null, SslProtocols.None);

    private async Task<PlainAnswer> GetAsync(
        OrdersApp app, string path, ForgedIdentity? forged, string? token, string? name, string? host, SslProtocols version)
    {
        using var certificate = forged is null ? null : Loaded(forged);
        var endpoint = new LabEndpoint("orders", app.Url.Port, name ?? "localhost");
        return await _client.GetAsync(endpoint, path, certificate, host, version, token);
    }

    private HttpClient Client(SocketsHttpHandler handler, OrdersApp app) =>
        new(handler, disposeHandler: false) { DefaultRequestHeaders = { Authorization = new("Bearer", app.TokenFor(_pki.Alice)) } };

    private SocketsHttpHandler Handler(OrdersIdentity identity)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            CustomTrustStore = { _serverCa },
        };
        return new SocketsHttpHandler
        {
            SslOptions = { CertificateChainPolicy = policy, ClientCertificates = [Loaded(identity.Forged)] },
            MaxConnectionsPerServer = 1,
        };
    }

    private sealed class Clock(DateTimeOffset start) : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = start;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}

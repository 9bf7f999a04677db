using System;
using System.IO;
using System.Net;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using OrdersApi.App;

namespace Sallyport.Interop.Tests.Samples;

/// <summary>The guarded sample, when something changes after a request was let in and before it writes: the client holds its body back until then.</summary>
public sealed class MomentOfUseTests : IAsyncLifetime
{
    private readonly OrdersPki _pki = new(TimeProvider.System);
    private readonly X509Certificate2 _serverCa;
    private readonly OrdersApp _app;

    public MomentOfUseTests()
    {
        _serverCa = X509CertificateLoader.LoadCertificate(_pki.ServerCa.Certificate.Span);
        _app = OrdersApp.Build([], _pki, TimeProvider.System, guarded: true);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await _app.StartAsync(Token);

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _serverCa.Dispose();
        _pki.Dispose();
    }

    [Theory]
    [InlineData("/orders/17", """{"item":"past the gate","quantity":2}""", "\"v1\"")]
    [InlineData("/profiles/alice", """{"email":"past.the.gate@orders.test"}""", null)]
    public async Task Who_is_no_administrator_any_more_when_the_body_comes_changes_nothing_of_others(string path, string body, string? ifMatch)
    {
        await MakeAsync(_pki.Bob, "admin");
        (await SendAsync(HttpMethod.Put, path, _pki.Bob, body, () => MakeAsync(_pki.Bob, "customer"), ifMatch)).ShouldBe(HttpStatusCode.NotFound);
        (await ReadAsync(path, _pki.Alice)).ToString().ShouldNotContain("past");

        // The same of their own is theirs to change.
        (await SendAsync(HttpMethod.Put, path, _pki.Alice, body, () => Task.CompletedTask, ifMatch)).ShouldBe(HttpStatusCode.OK);
        (await ReadAsync(path, _pki.Alice)).ToString().ShouldContain("past");
    }

    [Fact]
    public async Task Whose_certificate_is_revoked_when_the_body_comes_changes_nothing()
    {
        HttpStatusCode answered = await SendAsync(
            HttpMethod.Put,
            "/orders/17",
            _pki.Alice,
            """{"item":"past the gate","quantity":2}""",
            () =>
            {
                _app.Revoke(_pki.Alice);
                return Task.CompletedTask;
            },
            "\"v1\"");

        // The guard may end the connection before the answer.
        answered.ShouldBeOneOf(HttpStatusCode.Forbidden, default);
        (await ReadAsync("/orders/17", _pki.Root)).GetProperty("item").GetString().ShouldNotBe("past the gate");
    }

    [Fact]
    public async Task Money_is_not_moved_for_an_account_that_changed_when_the_body_comes()
    {
        const string Body = """{"to":"bob","amount":400}""";
        (await SendAsync(HttpMethod.Post, "/transfers", _pki.Alice, Body, () => MakeAsync(_pki.Alice, "staff"))).ShouldBe(HttpStatusCode.Conflict);
        (await ReadAsync("/profiles/alice", _pki.Alice)).GetProperty("balance").GetInt64().ShouldBe(1000);
        (await SendAsync(HttpMethod.Post, "/transfers", _pki.Alice, Body, () => Task.CompletedTask)).ShouldBe(HttpStatusCode.Created);
        (await ReadAsync("/profiles/alice", _pki.Alice)).GetProperty("balance").GetInt64().ShouldBe(600);
    }

    [Fact]
    public async Task What_was_changed_when_the_body_comes_is_not_changed_back()
    {
        const string Mine = """{"item":"an oar","quantity":1}""";
        const string Other = """{"item":"a rudder","quantity":1}""";
        HttpStatusCode other = default;
        (await SendAsync(
            HttpMethod.Put,
            "/orders/17",
            _pki.Alice,
            Mine,
            async () => other = await SendAsync(HttpMethod.Put, "/orders/17", _pki.Root, Other, () => Task.CompletedTask, "\"v1\""),
            "\"v1\"")).ShouldBe(HttpStatusCode.PreconditionFailed);
        other.ShouldBe(HttpStatusCode.OK);
        (await ReadAsync("/orders/17", _pki.Alice)).GetProperty("item").GetString().ShouldBe("a rudder");
    }

    private async Task MakeAsync(OrdersIdentity who, string role) =>
        (await SendAsync(HttpMethod.Post, $"/admin/accounts/{who.Name}/role", _pki.Root, $$"""{"role":"{{role}}"}""", () => Task.CompletedTask)).ShouldBe(HttpStatusCode.OK);

    private async Task<JsonElement> ReadAsync(string path, OrdersIdentity who)
    {
        using HttpClient client = Client(who);
        using JsonDocument document = JsonDocument.Parse(await client.GetStringAsync(new Uri(_app.Url, path), Token));
        return document.RootElement.Clone();
    }

    /// <summary>Sends a body once the server has let the request in and asks for it; between the two, something happens.</summary>
    /// <returns>The answer; none when the connection ended without one.</returns>
    private async Task<HttpStatusCode> SendAsync(HttpMethod method, string path, OrdersIdentity who, string body, Func<Task> between, string? ifMatch = null)
    {
        bool asked = false;
        using HttpClient client = Client(who);
        using var request = new HttpRequestMessage(method, new Uri(_app.Url, path));
        request.Content = new AskedContent(body, () =>
        {
            asked = true;
            return between();
        });
        request.Headers.ExpectContinue = true;
        request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString());
        if (ifMatch is not null)
        {
            request.Headers.IfMatch.Add(new EntityTagHeaderValue(ifMatch));
        }

        try
        {
            using HttpResponseMessage answer = await client.SendAsync(request, Token);
            asked.ShouldBeTrue($"refused with {answer.StatusCode} before the body was asked for");
            return answer.StatusCode;
        }
        catch (HttpRequestException) when (asked)
        {
            return default;
        }
    }

    private HttpClient Client(OrdersIdentity who)
    {
        var handler = new SocketsHttpHandler
        {
            Expect100ContinueTimeout = Timeout.InfiniteTimeSpan,
            SslOptions =
            {
                CertificateChainPolicy = new X509ChainPolicy
                {
                    TrustMode = X509ChainTrustMode.CustomRootTrust,
                    RevocationMode = X509RevocationMode.NoCheck,
                    CustomTrustStore = { _serverCa },
                },
                ClientCertificates = [X509CertificateLoader.LoadPkcs12(who.Forged.ExportPkcs12(""), "", X509KeyStorageFlags.Exportable)],
            },
        };
        return new HttpClient(handler) { DefaultRequestHeaders = { Authorization = new("Bearer", _app.TokenFor(who)) } };
    }

    /// <summary>JSON that is written when the server asks for it.</summary>
    private sealed class AskedContent : HttpContent
    {
        private readonly byte[] _body;
        private readonly Func<Task> _between;

        public AskedContent(string body, Func<Task> between)
        {
            (_body, _between) = (Encoding.UTF8.GetBytes(body), between);
            Headers.ContentType = new("application/json");
        }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await _between();
            await stream.WriteAsync(_body, Token);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = _body.Length;
            return true;
        }
    }
}

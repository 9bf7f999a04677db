using System;
using System.Collections.Generic;
using System.Linq;
using System.Net.Http;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using OrdersApi.App;
using Sallyport.Forge;

namespace Sallyport.Scan.Tests.Samples;

/// <summary>The sample API, asked by the platform's own client: what the scanner must find is seen here without it.</summary>
internal sealed class OrdersClient : IAsyncDisposable
{
    private readonly Dictionary<string, HttpMessageInvoker> _clients = new(StringComparer.Ordinal);
    private readonly X509Certificate2 _serverCa;

    private OrdersClient(OrdersPki pki, OrdersApp app) =>
        (Pki, App, _serverCa) = (pki, app, X509CertificateLoader.LoadCertificate(pki.ServerCa.Certificate.Span));

    public OrdersPki Pki { get; }

    public OrdersApp App { get; }

    public OrdersIdentity Alice => Pki.Alice;

    public OrdersIdentity Bob => Pki.Bob;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<OrdersClient> StartAsync(params IEnumerable<Weakness> weaknesses)
    {
        var pki = new OrdersPki(TimeProvider.System);
        OrdersApp app = OrdersApp.Build(weaknesses, pki, new StandingTime());
        await app.StartAsync(Token);
        return new OrdersClient(pki, app);
    }

    /// <summary>With the identity's certificate and its own token.</summary>
    public Task<OrdersAnswer> GetAsync(string path, OrdersIdentity who, params ReadOnlySpan<(string Name, string Value)> headers) =>
        SendAsync("GET", path, who.Forged, [Bearer(App.TokenFor(who)), .. headers]);

    /// <summary>With the identity's certificate and its own token.</summary>
    public Task<OrdersAnswer> SendAsync(string method, string path, OrdersIdentity who, string? json = null, params ReadOnlySpan<(string Name, string Value)> headers) =>
        SendAsync(method, path, who.Forged, [Bearer(App.TokenFor(who)), .. headers], json);

    /// <summary>With the identity's certificate and this token.</summary>
    public Task<OrdersAnswer> WithTokenAsync(string path, OrdersIdentity who, string token) => SendAsync("GET", path, who.Forged, [Bearer(token)]);

    /// <summary>With a certificate, or none, and these headers; a form when <paramref name="type"/> says so.</summary>
    public async Task<OrdersAnswer> SendAsync(
        string method, string path, ForgedIdentity? certificate, (string Name, string Value)[] headers, string? body = null, string type = "application/json", Uri? at = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), (at ?? App.Url).GetLeftPart(UriPartial.Authority) + path);
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8);
            request.Content.Headers.ContentType = new(type);
        }

        foreach ((string name, string value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value).ShouldBeTrue(name);
        }

        try
        {
            using HttpResponseMessage answer = await Client(certificate).SendAsync(request, Token);
            string text = await answer.Content.ReadAsStringAsync(Token);
            return new((int)answer.StatusCode, text, answer.Headers.Concat(answer.Content.Headers).ToLookup(h => h.Key, h => string.Join(", ", h.Value), StringComparer.OrdinalIgnoreCase));
        }
        catch (HttpRequestException e)
        {
            return new(0, e.Message, Array.Empty<string>().ToLookup(_ => "", _ => ""));
        }
    }

    /// <summary>A token of alice's with one thing changed, rightly signed.</summary>
    public string Forge(Action<JsonObject, JsonObject> change, OrdersIdentity? who = null)
    {
        string[] parts = App.TokenFor(who ?? Alice).Split('.');
        JsonObject header = Part(parts[0]);
        JsonObject claims = Part(parts[1]);
        change(header, claims);
        string text = $"{Encode(header)}.{Encode(claims)}";
        using ECDsa key = ECDsa.Create();
        key.ImportFromPem(App.IssuerKey);
        return $"{text}.{Text(key.SignData(Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256))}";
    }

    /// <summary>A token of alice's under another header, signed, or not, by the caller.</summary>
    public string Forge(JsonObject header, Func<byte[], byte[]> sign)
    {
        string text = $"{Encode(header)}.{App.TokenFor(Alice).Split('.')[1]}";
        return $"{text}.{Text(sign(Encoding.ASCII.GetBytes(text)))}";
    }

    public static (string Name, string Value) Bearer(string token) => ("Authorization", "Bearer " + token);

    public (string Name, string Value) Cookie(OrdersIdentity who) => ("Cookie", App.CookieFor(who) ?? throw new InvalidOperationException("The guard keeps the sessions."));

    public static string Text(byte[] bytes) => System.Buffers.Text.Base64Url.EncodeToString(bytes);

    public async ValueTask DisposeAsync()
    {
        foreach (HttpMessageInvoker client in _clients.Values)
        {
            client.Dispose();
        }

        await App.DisposeAsync();
        _serverCa.Dispose();
        Pki.Dispose();
    }

    private static JsonObject Part(string text) =>
        JsonNode.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(text))!.AsObject(); // our own token

    private static string Encode(JsonObject part) => Text(Encoding.UTF8.GetBytes(part.ToJsonString()));

    private HttpMessageInvoker Client(ForgedIdentity? identity)
    {
        string key = identity is null ? "" : Convert.ToHexString(SHA256.HashData(identity.Leaf.Span));
        if (_clients.TryGetValue(key, out HttpMessageInvoker? client))
        {
            return client;
        }

        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, CustomTrustStore = { _serverCa } };
        var tls = new SslClientAuthenticationOptions { CertificateChainPolicy = policy };
        if (identity is not null)
        {
            tls.ClientCertificateContext = SslStreamCertificateContext.Create(
                X509CertificateLoader.LoadPkcs12(identity.ExportPkcs12(""), "", X509KeyStorageFlags.Exportable), null, offline: true);
        }

        return _clients[key] = new HttpMessageInvoker(new SocketsHttpHandler { SslOptions = tls, AllowAutoRedirect = false, UseCookies = false, PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1) });
    }

    /// <summary>It is always the moment of the start: what is wrong for some seconds only is so for the whole test.</summary>
    private sealed class StandingTime : TimeProvider
    {
        private readonly DateTimeOffset _now = System.GetUtcNow();

        public override DateTimeOffset GetUtcNow() => _now;
    }
}

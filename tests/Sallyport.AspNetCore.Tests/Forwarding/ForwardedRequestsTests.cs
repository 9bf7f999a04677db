using System;
using System.Collections.Concurrent;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using Sallyport.AspNetCore.Audit;
using Sallyport.AspNetCore.Tests.Lab;
using Sallyport.Certificates;
using Sallyport.Lab.Pki;

namespace Sallyport.AspNetCore.Tests.Forwarding;

/// <summary>On a real Kestrel: a forwarded identity that loses its right loses its requests, the others behind the same proxy nothing.</summary>
public sealed class ForwardedRequestsTests : IAsyncLifetime
{
    private static readonly TimeSpan _ceiling = TimeSpan.FromSeconds(30);
    private readonly EdgeTrust _edge = new(static o => o.Forwarding.TrustProxy("gateway"));
    private readonly ConcurrentBag<string> _connections = [];
    private EdgeHost? _host;
    private LabIdentity? _proxy;

    public async ValueTask InitializeAsync()
    {
        _proxy = _edge.Pki.Client("gateway");
        _edge.Directory.Name(_proxy, "gateway");
        _edge.Directory.Name(_edge.Pki.Alice, "alice");
        _edge.Directory.Name(_edge.Pki.Bob, "bob");
        _host = await EdgeHost.StartAsync(_edge, async context =>
        {
            _connections.Add(context.Connection.Id);
            if (context.Request.Path == "/headers")
            {
                await context.Response.WriteAsync(string.Join(' ', context.Request.Headers.Keys.Order(StringComparer.Ordinal)));
                return;
            }

            await context.Response.WriteAsync("begun\n");
            await context.Response.Body.FlushAsync();
            if (context.Request.Path == "/stream")
            {
                await Task.Delay(Timeout.Infinite, context.RequestAborted);
            }
        });
    }

    public async ValueTask DisposeAsync()
    {
        if (_host is not null)
        {
            await _host.DisposeAsync();
        }

        _edge.Dispose();
    }

    [Fact]
    public async Task Over_http2_only_the_streams_of_the_revoked_certificate_end_and_the_connection_stays()
    {
        using HttpClient proxy = Host.Client(Proxy, HttpVersion.Version20);
        using StreamReader alice = await StreamAsync(proxy, _edge.Pki.Alice);
        using StreamReader bob = await StreamAsync(proxy, _edge.Pki.Bob);
        _edge.Publish(_edge.Pki.Alice);
        await EndsAsync(alice);
        (await AskAsync(proxy, _edge.Pki.Bob)).ShouldBe(HttpStatusCode.OK);
        (await AskAsync(proxy, _edge.Pki.Alice)).ShouldBe(HttpStatusCode.Forbidden);
        bob.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().IsCompleted.ShouldBeFalse();
        _connections.Distinct().Count().ShouldBe(1);
        _edge.Audit.Reasons.ShouldContain($"{AuditReasons.RequestAborted}:Revoked");
        _edge.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task An_account_that_goes_takes_its_requests_along()
    {
        using HttpClient proxy = Host.Client(Proxy, HttpVersion.Version20);
        using StreamReader alice = await StreamAsync(proxy, _edge.Pki.Alice);
        _edge.Directory.Remove(_edge.Pki.Alice);
        await EndsAsync(alice);
        await Eventually.IsTrueAsync(() => _edge.Audit.Reasons.Count > 0);
        _edge.Audit.Reasons.ShouldBe([$"{AuditReasons.RequestAborted}:{AuditReasons.IdentityUnmapped}"]);
    }

    [Fact]
    public async Task Over_http11_the_request_ends_too()
    {
        using HttpClient proxy = Host.Client(Proxy);
        using StreamReader alice = await StreamAsync(proxy, _edge.Pki.Alice);
        _edge.Publish(_edge.Pki.Alice);
        await EndsAsync(alice);
    }

    [Fact]
    public async Task What_depends_on_a_forwarded_certificate_is_given_to_no_cache()
    {
        using HttpClient proxy = Host.Client(Proxy);
        using HttpResponseMessage answer = await proxy.SendAsync(Request(proxy, "/", _edge.Pki.Alice), TestContext.Current.CancellationToken);
        answer.Headers.Vary.ShouldContain(ClientCertHeader.Name);
        answer.Headers.CacheControl.ShouldNotBeNull().NoStore.ShouldBeTrue();
    }

    [Fact]
    public async Task D14_A_peer_that_is_not_listed_forwards_nothing_over_a_real_connection()
    {
        using HttpClient bob = Host.Client(_edge.Pki.Bob);
        (await AskAsync(bob, _edge.Pki.Alice)).ShouldBe(HttpStatusCode.OK);
        _edge.Requests.Count.ShouldBe(0);
        _edge.Audit.Events.ShouldBeEmpty();
    }

    [Fact]
    public async Task X20_A_gateway_that_copies_headers_has_no_spoofed_one_to_copy()
    {
        foreach (LabIdentity peer in (LabIdentity[])[_edge.Pki.Bob, Proxy])
        {
            using HttpClient client = Host.Client(peer);
            using HttpRequestMessage request = Request(client, "/headers", _edge.Pki.Alice);
            foreach (string name in (string[])["X-Forwarded-Client-Cert", "x_client_cert", "X-SSL-Client-Verify", "SSL_CLIENT_S_DN", "X-User-Id", "X-HTTP-Method-Override", "X-Original-URL"])
            {
                request.Headers.TryAddWithoutValidation(name, "alice").ShouldBeTrue();
            }

            using HttpResponseMessage answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
            (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldBe("Host");
        }
    }

    private EdgeHost Host => _host.ShouldNotBeNull();

    private LabIdentity Proxy => _proxy.ShouldNotBeNull();

    private static async Task<StreamReader> StreamAsync(HttpClient proxy, LabIdentity identity)
    {
        HttpResponseMessage answer = await proxy.SendAsync(Request(proxy, "/stream", identity), HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
        (await reader.ReadLineAsync(TestContext.Current.CancellationToken)).ShouldBe("begun");
        return reader;
    }

    private static async Task EndsAsync(StreamReader reader) =>
        (await Should.ThrowAsync<Exception>(() => reader.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(_ceiling)))
            .ShouldBeAssignableTo<IOException>();

    private static async Task<HttpStatusCode> AskAsync(HttpClient client, LabIdentity identity)
    {
        using HttpResponseMessage answer = await client.SendAsync(Request(client, "/", identity), TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }

    private static HttpRequestMessage Request(HttpClient client, string path, LabIdentity identity)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path) { Version = client.DefaultRequestVersion, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        request.Headers.Add(ClientCertHeader.Name, EdgeTrust.Header(identity));
        return request;
    }
}

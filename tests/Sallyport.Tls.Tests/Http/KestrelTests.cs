using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Net;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Sallyport.Tls.Client;
using Sallyport.Tls.Hello;
using Sallyport.Tls.Http;
using Sallyport.Tls.Tests.Support;

namespace Sallyport.Tls.Tests.Http;

/// <summary>Both HTTP versions against a real server, over our own TLS.</summary>
public sealed class KestrelTests(TestPki pki) : IClassFixture<TestPki>, IAsyncLifetime
{
    private static readonly HttpLimits Limits = new() { Timeout = TimeSpan.FromSeconds(30), MaxBodyBytes = 4_000_000 };

    private readonly ConcurrentQueue<string> _arrivals = new();
    private WebApplication? _app;

    public async ValueTask InitializeAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(pki.ServerIdentity()).Protocols = HttpProtocols.Http1AndHttp2);
        });
        _app = builder.Build();
        _app.MapGet("/big/{size:int}", static (int size) => Results.Bytes(new byte[size], "application/octet-stream"));
        _app.MapPost("/echo", static async (HttpContext context) =>
        {
            context.Response.ContentType = "application/octet-stream";
            await context.Request.Body.CopyToAsync(context.Response.Body, context.RequestAborted);
        });
        _app.MapPost("/together/{name}", async (string name, HttpContext context) =>
        {
            _arrivals.Enqueue("head " + name);
            int size = 0;
            var buffer = new byte[16];
            while (await context.Request.Body.ReadAsync(buffer, context.RequestAborted) is > 0 and int count)
            {
                size += count;
            }

            _arrivals.Enqueue("whole " + name);
            return Results.Text($"{name} {size}");
        });
        _app.MapFallback(static (HttpContext context) => Results.Text($"{context.Request.Protocol} {context.Request.Host} {context.Request.Path} {string.Join(',', context.Request.Headers["x-two"].ToArray())}"));
        await _app.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }
    }

    [Fact]
    public async Task HTTP_1_1_keeps_one_connection_for_several_requests()
    {
        await using TlsSession session = await OpenAsync("http/1.1");
        var connection = new Http1Connection(session);
        foreach (string host in new[] { "a.test", "b.test" })
        {
            Text(await connection.SendAsync(new RawHttpRequest { Host = host, Target = "/x", Headers = [new("X-Two", "1"), new("x-two", "2")] }, Limits, Token))
                .ShouldBe($"HTTP/1.1 {host} /x 1,2");
        }

        HttpOutcome big = await connection.SendAsync(new RawHttpRequest { Host = "a", Target = "/big/3000000" }, Limits, Token);
        big.ShouldBeOfType<HttpOutcome.Answered>().Answer.Body.Length.ShouldBe(3_000_000);
        Text(await connection.SendAsync(new RawHttpRequest { Host = "a", Method = "POST", Target = "/echo", Body = "chunked back"u8.ToArray() }, Limits, Token)).ShouldBe("chunked back");
        connection.CanSendAnother.ShouldBeTrue();
        HttpOutcome twice = await connection.SendAsync(new RawHttpRequest { Host = "a", Headers = [new("Host", "b")] }, Limits, Token);
        twice.ShouldBeOfType<HttpOutcome.Answered>().Answer.Status.ShouldBe(400);
        connection.CanSendAnother.ShouldBeFalse();
    }

    [Fact]
    public async Task HTTP_2_carries_many_streams_for_different_authorities_at_once()
    {
        await using TlsSession session = await OpenAsync("h2");
        session.Alpn.ShouldBe("h2");
        await using var connection = new Http2Connection(session);
        IEnumerable<Task<HttpOutcome>> asking = Enumerable.Range(0, 50)
            .Select(n => connection.SendAsync(new RawHttpRequest { Host = $"h{n}.test", Target = $"/{n}" }, Limits, Token));
        HttpOutcome[] outcomes = await Task.WhenAll(asking);
        outcomes.Select(Text).ShouldBe(Enumerable.Range(0, 50).Select(static n => $"HTTP/2 h{n}.test /{n} "));
        connection.CanSendAnother.ShouldBeTrue();
    }

    [Fact]
    public async Task HTTP_2_moves_bodies_larger_than_every_window_both_ways()
    {
        await using TlsSession session = await OpenAsync("h2");
        await using var connection = new Http2Connection(session);
        byte[] body = [.. Enumerable.Range(0, 1_500_000).Select(static n => (byte)n)];
        Task<HttpOutcome> echo = connection.SendAsync(new RawHttpRequest { Host = "a", Method = "POST", Target = "/echo", Body = body }, Limits, Token);
        Task<HttpOutcome> big = connection.SendAsync(new RawHttpRequest { Host = "a", Target = "/big/2000000" }, Limits, Token);
        (await echo).ShouldBeOfType<HttpOutcome.Answered>().Answer.Body.Span.SequenceEqual(body).ShouldBeTrue();
        (await big).ShouldBeOfType<HttpOutcome.Answered>().Answer.Body.Length.ShouldBe(2_000_000);
    }

    [Fact]
    public async Task A_cut_body_does_not_hurt_the_next_stream()
    {
        await using TlsSession session = await OpenAsync("h2");
        await using var connection = new Http2Connection(session);
        for (int turn = 0; turn < 5; turn++)
        {
            HttpOutcome cut = await connection.SendAsync(new RawHttpRequest { Host = "a", Target = "/big/3000000" }, Limits with { MaxBodyBytes = 1000 }, Token);
            cut.ShouldBeOfType<HttpOutcome.Answered>().Answer.BodyTruncated.ShouldBeTrue();
        }

        Text(await connection.SendAsync(new RawHttpRequest { Host = "a", Target = "/after" }, Limits, Token)).ShouldBe("HTTP/2 a /after ");
    }

    [Fact]
    public async Task Requests_sent_together_are_all_open_before_the_first_is_whole()
    {
        await using TlsSession session = await OpenAsync("h2");
        await using var connection = new Http2Connection(session);
        ImmutableArray<RawHttpRequest> requests =
            [.. Enumerable.Range(0, 10).Select(static n => new RawHttpRequest { Host = "a", Method = "POST", Target = $"/together/{n}", Body = new byte[n * 10] })];
        ImmutableArray<HttpOutcome> outcomes = await connection.SendTogetherAsync(requests, Limits, Token);
        outcomes.Select(Text).ShouldBe(Enumerable.Range(0, 10).Select(static n => $"{n} {n * 10}"));
        _arrivals.Count(static line => line.StartsWith("head", StringComparison.Ordinal)).ShouldBe(10);
    }

    [Fact]
    public async Task Upper_case_names_are_refused_by_the_server_as_they_must_be()
    {
        await using TlsSession session = await OpenAsync("h2");
        await using var connection = new Http2Connection(session);
        HttpOutcome outcome = await connection.SendAsync(new RawHttpRequest { Host = "a", LowerCaseHeaderNames = false, Headers = [new("UPPER", "1")] }, Limits, Token);
        (outcome is HttpOutcome.StreamReset or HttpOutcome.GoAway or HttpOutcome.Closed or HttpOutcome.Answered { Answer.Status: 400 }).ShouldBeTrue(outcome.ToString());
    }

    [Fact]
    public async Task HTTP_1_1_spoken_to_an_HTTP_2_connection_is_malformed_and_not_an_answer()
    {
        await using TlsSession session = await OpenAsync("http/1.1");
        await using var connection = new Http2Connection(session);
        HttpOutcome outcome = await connection.SendAsync(new RawHttpRequest { Host = "a" }, Limits, Token);
        outcome.ShouldNotBeOfType<HttpOutcome.Answered>();
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static string Text(HttpOutcome outcome) => Encoding.UTF8.GetString(outcome.ShouldBeOfType<HttpOutcome.Answered>(outcome.ToString()).Answer.Body.Span);

    private async Task<TlsSession> OpenAsync(string protocol)
    {
        WebApplication app = _app.ShouldNotBeNull();
        string address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>().ShouldNotBeNull().Addresses.Single();
        ClientScript script = new() { Hello = HelloRequest.ForTls13("localhost") with { Alpn = [protocol] } };
        return await Talk.OpenAsync(await OpensslPeer.LoopbackAsync(new Uri(address).Port), script);
    }
}

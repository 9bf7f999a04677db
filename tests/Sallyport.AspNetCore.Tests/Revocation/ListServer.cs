using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Sallyport.AspNetCore.Tests.Revocation;

/// <summary>An HTTP server on loopback whose answer a test changes at any time.</summary>
internal sealed class ListServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<IHeaderDictionary> _requests = new();
    private readonly SemaphoreSlim _asked = new(0);

    private ListServer(WebApplication app) => _app = app;

    /// <summary>What it does with a request; 404 in the beginning.</summary>
    public RequestDelegate Answer { get; set; } = static context =>
    {
        context.Response.StatusCode = 404;
        return Task.CompletedTask;
    };

    public Uri Address => new(_app.Urls.First());

    /// <summary>The headers of every request so far.</summary>
    public IReadOnlyList<IHeaderDictionary> Requests => [.. _requests];

    public static async Task<ListServer> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(static kestrel => kestrel.Listen(IPAddress.Loopback, 0, static l => l.Protocols = HttpProtocols.Http1));
        builder.Services.AddRouting();
        var server = new ListServer(builder.Build());
        server._app.Run(async context =>
        {
            server._requests.Enqueue(new HeaderDictionary(context.Request.Headers.ToDictionary(static h => h.Key, static h => h.Value, StringComparer.OrdinalIgnoreCase)));
            server._asked.Release();
            await server.Answer(context);
        });
        await server._app.StartAsync(TestContext.Current.CancellationToken);
        return server;
    }

    /// <summary>Serves octets.</summary>
    public void Serve(byte[] content, string? tag = null, DateTimeOffset? modified = null) => Answer = async context =>
    {
        if ((tag is not null && context.Request.Headers.IfNoneMatch == tag)
            || (modified is not null && context.Request.GetTypedHeaders().IfModifiedSince == modified))
        {
            context.Response.StatusCode = 304;
            return;
        }

        context.Response.Headers.ETag = tag;
        context.Response.GetTypedHeaders().LastModified = modified;
        await context.Response.Body.WriteAsync(content, context.RequestAborted);
    };

    /// <summary>Takes requests and never answers.</summary>
    public void Tarpit() => Answer = static context => Task.Delay(Timeout.Infinite, context.RequestAborted);

    /// <summary>Completes when another request came; 30 seconds at most.</summary>
    public async Task AskedAsync()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        await _asked.WaitAsync(limit.Token);
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
        _asked.Dispose();
    }
}

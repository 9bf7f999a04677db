using System;
using System.Collections.Concurrent;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using Sallyport.Scan.Target;
using Sallyport.Scan.Tests.Checks;
using Sallyport.Scan.Transport;

namespace Sallyport.Scan.Tests.Transport;

public sealed class KeptConnectionTests(CheckLab lab)
{
    private readonly ConcurrentQueue<string> _connections = [];

    [Fact]
    public async Task Sends_all_requests_over_the_connection_that_the_server_keeps()
    {
        (await StatusesAsync(_ => { }, "/a", "/b", "/c")).ShouldBe([200, 200, 200]);
        _connections.Distinct().Count().ShouldBe(1);
    }

    [Fact]
    public async Task Opens_another_one_when_the_server_has_announced_the_end()
    {
        (await StatusesAsync(context => context.Response.Headers.Connection = "close", "/a", "/b")).ShouldBe([200, 200]);
        _connections.Distinct().Count().ShouldBe(2);
    }

    [Fact]
    public async Task Asks_again_what_a_kept_connection_left_unanswered()
    {
        int asked = 0;
        int?[] statuses = await StatusesAsync(
            context =>
            {
                if (Interlocked.Increment(ref asked) == 2)
                {
                    context.Abort();
                }
            },
            "/a",
            "/b");
        statuses.ShouldBe([200, 200]);
        _connections.Count.ShouldBe(3);
    }

    private async Task<int?[]> StatusesAsync(Action<HttpContext> also, params string[] paths)
    {
        await using HandlerServer server = await HandlerServer.StartAsync(lab.Pki.Server, context =>
        {
            _connections.Enqueue(context.Connection.Id);
            also(context);
            return context.Response.WriteAsync("ok", TestContext.Current.CancellationToken);
        });
        ScanRequest request = lab.Request(server.Endpoint);
        using ScanTransport transport = new(request, TimeProvider.System);
        await using KeptConnection connection = new(transport);
        int?[] statuses = new int?[paths.Length];
        for (int i = 0; i < paths.Length; i++)
        {
            Ask ask = new() { Title = paths[i], Route = Route.To(request.Target), Actor = Actor.Nobody, Request = new() { Target = paths[i] } };
            statuses[i] = (await connection.SendAsync(ask, TestContext.Current.CancellationToken)).Status;
        }

        return statuses;
    }
}

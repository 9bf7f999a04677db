using System;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Lab.Servers;

namespace Sallyport.Interop.Tests.Servers;

public sealed class HostileServerTests
{
    [Theory]
    [InlineData(HostileBehaviour.Garbage, 4096, 4096)]
    [InlineData(HostileBehaviour.PlainHttp, 60, 200)]
    public async Task Says_what_it_is_made_for_and_closes(HostileBehaviour behaviour, int atLeast, int atMost)
    {
        await using var server = HostileServer.Start(behaviour);
        using var client = await ConnectedAsync(server);
        (await ReadAsync(client, int.MaxValue)).ShouldBeInRange(atLeast, atMost);
        server.Connections.ShouldBe(1);
    }

    [Fact]
    public async Task Closes_before_it_has_heard_anything()
    {
        await using var server = HostileServer.Start(HostileBehaviour.CloseAtOnce);
        using var client = await ConnectedAsync(server, hello: []);
        (await ReadAsync(client, int.MaxValue)).ShouldBe(0);
    }

    [Theory]
    [InlineData(HostileBehaviour.Gigabyte)]
    [InlineData(HostileBehaviour.EndlessRecords)]
    public async Task Sends_as_much_as_is_taken(HostileBehaviour behaviour)
    {
        await using var server = HostileServer.Start(behaviour);
        using var client = await ConnectedAsync(server);
        (await ReadAsync(client, 8 * 1024 * 1024)).ShouldBeGreaterThanOrEqualTo(8 * 1024 * 1024);
    }

    [Fact]
    public async Task Resets()
    {
        await using var server = HostileServer.Start(HostileBehaviour.Reset);
        using var client = await ConnectedAsync(server);
        var refused = await Should.ThrowAsync<SocketException>(() => ReadAsync(client, int.MaxValue));
        refused.SocketErrorCode.ShouldBe(SocketError.ConnectionReset);
    }

    [Theory]
    [InlineData(HostileBehaviour.Silence, 0)]
    [InlineData(HostileBehaviour.HalfRecord, 2)]
    public async Task Says_nothing_more_until_the_client_leaves(HostileBehaviour behaviour, int before)
    {
        await using var server = HostileServer.Start(behaviour);
        using var client = await ConnectedAsync(server);
        if (before > 0)
        {
            (await ReadAsync(client, before)).ShouldBe(before);
        }

        client.Shutdown(SocketShutdown.Send);
        (await ReadAsync(client, int.MaxValue)).ShouldBe(0);
    }

    [Fact]
    public async Task Drips()
    {
        await using var server = HostileServer.Start(HostileBehaviour.SlowDrip);
        using var client = await ConnectedAsync(server);
        (await ReadAsync(client, 12)).ShouldBeGreaterThanOrEqualTo(12);
    }

    private static async Task<Socket> ConnectedAsync(HostileServer server, byte[]? hello = null)
    {
        var client = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(IPAddress.Loopback, server.Endpoint.Port, TestContext.Current.CancellationToken);
        await client.SendAsync(hello ?? [0x16], TestContext.Current.CancellationToken);
        return client;
    }

    private static async Task<int> ReadAsync(Socket client, int enough)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        var buffer = new byte[64 * 1024];
        var total = 0;
        while (total < enough && await client.ReceiveAsync(buffer, limit.Token) is > 0 and var count)
        {
            total += count;
        }

        return total;
    }
}

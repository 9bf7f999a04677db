using System;
using System.Collections.Generic;
using System.IO;
using System.Net;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Net.WebSockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;
using Sallyport.AspNetCore.Authorization;
using Sallyport.AspNetCore.Identity;
using Sallyport.AspNetCore.Tests.Lab;
using Sallyport.Certificates;
using Sallyport.Lab.Pki;

namespace Sallyport.AspNetCore.Tests.Connections;

/// <summary>What stays open by a protocol of its own, SignalR over a web socket and a server's stream of gRPC over HTTP/2, ends with the right to it, and nobody else's does.</summary>
public sealed class StreamProtocolsTests : IDisposable
{
    private readonly LabPki _pki = new(TimeProvider.System);
    private readonly InMemoryIdentityStore _store = new();
    private readonly List<HttpMessageInvoker> _invokers = [];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _invokers.ForEach(static invoker => invoker.Dispose());
        _pki.Dispose();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_hub_connection_ends_when_its_account_loses_the_role_or_is_disabled(bool isRole)
    {
        await using GuardedHost host = await StartAsync();
        using ClientWebSocket alice = await HubAsync(host, _pki.Alice);
        using ClientWebSocket bob = await HubAsync(host, _pki.Bob);
        (await CallAsync(alice)).ShouldBe("alice");
        Change("alice", isRole);
        await IsCutAsync(alice);
        (await CallAsync(bob)).ShouldBe("bob");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_grpc_stream_ends_when_its_account_loses_the_role_or_is_disabled(bool isRole)
    {
        await using GuardedHost host = await StartAsync();
        await using Stream alice = await StreamAsync(host, _pki.Alice);
        await using Stream bob = await StreamAsync(host, _pki.Bob);
        Change("alice", isRole);
        await Eventually.IsClosedAsync(alice);
        byte[] next = new byte[5];
        await bob.ReadExactlyAsync(next, Cancel).AsTask().WaitAsync(GuardedClient.Ceiling, Cancel);
        next.ShouldBe([0, 0, 0, 0, 0]);
    }

    private void Change(string name, bool isRole) => _store.Replace(Account(name, isRole ? [] : ["clerk"], isEnabled: isRole));

    private CertificateIdentity Account(string name, string[] roles, bool isEnabled = true) => new()
    {
        Name = name,
        Roles = [.. roles],
        IsEnabled = isEnabled,
        Matches = [new CertificateMatch.Sha256(CertificateThumbprint.Of((name == "alice" ? _pki.Alice : _pki.Bob).Certificate))],
    };

    private Task<GuardedHost> StartAsync()
    {
        _store.Add(Account("alice", ["clerk"]));
        _store.Add(Account("bob", ["clerk"]));
        return GuardedHost.StartAsync(_pki, new GuardedPlan
        {
            Services = services =>
            {
                services.AddSallyportIdentityStore(_store);
                services.AddSignalR();
            },
            App = static app =>
            {
                app.MapHub<OrdersHub>("/hub").RequireClientCertificate("clerk");
                app.MapPost("/orders.Orders/Watch", WatchAsync).RequireClientCertificate("clerk");
            },
        });
    }

    /// <summary>Messages without content, one whenever the last has gone, until the call is cut.</summary>
    private static async Task WatchAsync(HttpContext context)
    {
        context.Response.ContentType = "application/grpc";
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (await timer.WaitForNextTickAsync(context.RequestAborted))
        {
            await context.Response.Body.WriteAsync(new byte[5], context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
        }
    }

    private static async Task<Stream> StreamAsync(GuardedHost host, LabIdentity identity)
    {
        using var call = new HttpRequestMessage(HttpMethod.Post, new Uri("/orders.Orders/Watch", UriKind.Relative)) { Content = new ByteArrayContent(new byte[5]) };
        call.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        call.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        HttpResponseMessage answer = await host.Client(identity, HttpVersion.Version20).SendAsync(call, HttpCompletionOption.ResponseHeadersRead, Cancel);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        Stream messages = await answer.Content.ReadAsStreamAsync(Cancel);
        await messages.ReadExactlyAsync(new byte[5], Cancel);
        return messages;
    }

    /// <summary>The hub's protocol in JSON, as its clients speak it: texts that end with 0x1E.</summary>
    private async Task<ClientWebSocket> HubAsync(GuardedHost host, LabIdentity identity)
    {
        var socket = new ClientWebSocket();
        SslClientAuthenticationOptions options = GuardedClient.Options(_pki, identity);
        var invoker = new HttpMessageInvoker(new SocketsHttpHandler { SslOptions = options });
        _invokers.Add(invoker);
        await socket.ConnectAsync(new UriBuilder(new Uri(host.Url, "/hub")) { Scheme = "wss" }.Uri, invoker, Cancel);
        await SayAsync(socket, """{"protocol":"json","version":1}""");
        (await HearAsync(socket)).ShouldBe("{}");
        return socket;
    }

    private static async Task<string> CallAsync(ClientWebSocket socket)
    {
        await SayAsync(socket, """{"type":1,"invocationId":"1","target":"Who","arguments":[]}""");
        while (true)
        {
            string said = await HearAsync(socket);
            if (said.StartsWith("""{"type":3,"invocationId":"1","result":""", StringComparison.Ordinal))
            {
                return said.Split('"')[^2];
            }
        }
    }

    private static async Task SayAsync(ClientWebSocket socket, string text) =>
        await socket.SendAsync(Encoding.UTF8.GetBytes(text + "\u001e"), WebSocketMessageType.Text, endOfMessage: true, Cancel);

    private static async Task<string> HearAsync(ClientWebSocket socket)
    {
        byte[] octets = new byte[4_096];
        ValueWebSocketReceiveResult heard = await socket.ReceiveAsync(octets.AsMemory(), Cancel).AsTask().WaitAsync(GuardedClient.Ceiling, Cancel);
        return Encoding.UTF8.GetString(octets, 0, heard.Count).TrimEnd('\u001e');
    }

    private static async Task IsCutAsync(ClientWebSocket socket)
    {
        try
        {
            while (await HearAsync(socket) is { Length: > 0 } said)
            {
                // A ping; or a message of closing, after which nothing comes.
                said.ShouldNotContain("\"result\"");
            }
        }
        catch (WebSocketException)
        {
            // Cut.
        }
    }

    private sealed class OrdersHub : Hub
    {
        public string? Who() => Context.User?.Identity?.Name;
    }
}

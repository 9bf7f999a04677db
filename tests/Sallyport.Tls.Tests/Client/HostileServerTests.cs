using System;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Lab.Tls;
using Sallyport.Tls.Client;
using Sallyport.Tls.Tests.Support;

namespace Sallyport.Tls.Tests.Client;

public sealed class HostileServerTests
{
    [Theory]
    [InlineData(ServerShape.CloseOnAccept, typeof(HandshakeOutcome.Closed))]
    [InlineData(ServerShape.ResetAfterClientHello, typeof(HandshakeOutcome.Closed))]
    [InlineData(ServerShape.CloseAfterClientHello, typeof(HandshakeOutcome.Closed))]
    [InlineData(ServerShape.CloseAfterServerHello, typeof(HandshakeOutcome.Closed))]
    [InlineData(ServerShape.CloseInRecord, typeof(HandshakeOutcome.Closed))]
    [InlineData(ServerShape.CloseAfterServerFlight, null)]
    [InlineData(ServerShape.Ssl3ServerHello, typeof(HandshakeOutcome.Unsupported))]
    [InlineData(ServerShape.Garbage, typeof(HandshakeOutcome.Malformed))]
    [InlineData(ServerShape.PlainHttp, typeof(HandshakeOutcome.Malformed))]
    [InlineData(ServerShape.WrongLengths, typeof(HandshakeOutcome.Malformed))]
    [InlineData(ServerShape.HugeRecord, typeof(HandshakeOutcome.Malformed))]
    [InlineData(ServerShape.EndlessWarnings, typeof(HandshakeOutcome.Malformed))]
    [InlineData(ServerShape.EndlessEmptyRecords, typeof(HandshakeOutcome.Malformed))]
    [InlineData(ServerShape.EndlessMessage, typeof(HandshakeOutcome.Malformed))]
    public async Task Every_ill_shape_has_its_outcome(ServerShape shape, Type? expected)
    {
        foreach (TlsVersion version in new[] { TlsVersion.Tls12, TlsVersion.Tls13 })
        {
            await using ScriptedTlsServer server = ScriptedTlsServer.Start(new ServerScript { Shape = shape });

            HandshakeOutcome outcome = await Talk.HandshakeAsync(await OpensslPeer.LoopbackAsync(server.Port), OpensslInteropTests.Script(version));

            if (expected is not null)
            {
                // A reset may overtake the bytes sent before it.
                outcome.ShouldBeOfType(expected, $"{version}: {outcome}\n{outcome.Transcript.ToText()}");
            }
            else if (outcome is HandshakeOutcome.Completed completed)
            {
                // In TLS 1.3 our side finishes before the server can close on it.
                await using TlsSession session = completed.Session;
                (_, ChannelRead end) = await Talk.AskAsync(session);
                end.ShouldBeOfType<ChannelRead.Closed>();
            }
            else
            {
                outcome.ShouldBeOfType<HandshakeOutcome.Closed>();
            }
        }
    }

    [Theory]
    [InlineData(TlsVersion.Tls12)]
    [InlineData(TlsVersion.Tls13)]
    public async Task A_silent_close_after_the_handshake_is_told_from_an_alert(TlsVersion version)
    {
        await using ScriptedTlsServer server = ScriptedTlsServer.Start(new ServerScript { Shape = ServerShape.CloseAfterClientFinished });

        await using TlsSession session = await Talk.OpenAsync(await OpensslPeer.LoopbackAsync(server.Port), OpensslInteropTests.Script(version));
        (string text, ChannelRead end) = await Talk.AskAsync(session);
        (_, ChannelRead again) = await Talk.AskAsync(session, "");

        text.ShouldBeEmpty();
        end.ShouldBeOfType<ChannelRead.Closed>();
        again.ShouldBeOfType<ChannelRead.Closed>();
    }

    [Theory]
    [InlineData(ServerShape.Silent)]
    [InlineData(ServerShape.Tarpit)]
    public async Task A_server_that_does_not_go_on_times_out(ServerShape shape)
    {
        await using ScriptedTlsServer server = ScriptedTlsServer.Start(new ServerScript { Shape = shape });
        ClientScript script = ClientScript.ForServer("localhost") with { Timeout = TimeSpan.FromMilliseconds(200) };

        HandshakeOutcome outcome = await TlsClient.HandshakeAsync(
            await OpensslPeer.LoopbackAsync(server.Port), script, TimeProvider.System, TestContext.Current.CancellationToken);

        outcome.ShouldBeOfType<HandshakeOutcome.TimedOut>();
        outcome.Transcript.ToText().ShouldContain("> ClientHello");
    }

    [Fact]
    public async Task The_callers_cancel_is_thrown_on()
    {
        await using ScriptedTlsServer server = ScriptedTlsServer.Start(new ServerScript { Shape = ServerShape.Silent });
        using var cancel = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));

        await Should.ThrowAsync<OperationCanceledException>(async () => await TlsClient.HandshakeAsync(
            await OpensslPeer.LoopbackAsync(server.Port), ClientScript.ForServer("localhost"), TimeProvider.System, cancel.Token));
    }

    [Theory]
    [InlineData(TlsVersion.Tls12)]
    [InlineData(TlsVersion.Tls13)]
    public async Task Data_without_end_is_read_piece_by_piece(TlsVersion version)
    {
        await using ScriptedTlsServer server = ScriptedTlsServer.Start(new ServerScript { Shape = ServerShape.EndlessBody });
        await using TlsSession session = await Talk.OpenAsync(await OpensslPeer.LoopbackAsync(server.Port), OpensslInteropTests.Script(version));
        await session.WriteAsync("GET / HTTP/1.1\r\n\r\n"u8.ToArray(), TestContext.Current.CancellationToken);

        var buffer = new byte[1000];
        for (int i = 0; i < 1000; i++)
        {
            ChannelRead read = await session.ReadAsync(buffer, TestContext.Current.CancellationToken);
            read.ShouldBeOfType<ChannelRead.Data>().Count.ShouldBeInRange(1, buffer.Length);
        }
    }

    [Fact]
    public async Task Tickets_without_end_are_an_end()
    {
        await using ScriptedTlsServer server = ScriptedTlsServer.Start(new ServerScript { Tickets = 200 });
        ClientScript script = OpensslInteropTests.Script(TlsVersion.Tls13) with { MaxIdleRecords = 100 };
        await using TlsSession session = await Talk.OpenAsync(await OpensslPeer.LoopbackAsync(server.Port), script);

        (_, ChannelRead end) = await Talk.AskAsync(session);

        end.ShouldBeOfType<ChannelRead.Malformed>();
        session.Tickets.Length.ShouldBe(100);
    }

    [Fact]
    public async Task Writing_to_a_peer_that_has_gone_throws_nothing()
    {
        await using ScriptedTlsServer server = ScriptedTlsServer.Start(new ServerScript { Shape = ServerShape.CloseAfterClientFinished });
        await using TlsSession session = await Talk.OpenAsync(await OpensslPeer.LoopbackAsync(server.Port), OpensslInteropTests.Script(TlsVersion.Tls13));

        for (int i = 0; i < 50; i++)
        {
            await session.WriteAsync(new byte[10_000], TestContext.Current.CancellationToken);
        }

        await session.DisposeAsync();
        await session.WriteAsync(new byte[10], TestContext.Current.CancellationToken);
    }
}

using System;
using System.Threading.Tasks;
using Sallyport.Tls.Client;
using Sallyport.Tls.Tests.Support;

namespace Sallyport.Tls.Tests.Client;

public sealed class PostHandshakeTests(TestPki pki) : IClassFixture<TestPki>
{
    [Theory]
    [InlineData(PostHandshakeAnswer.Answer, null)]
    [InlineData(PostHandshakeAnswer.Empty, null)]
    [InlineData(PostHandshakeAnswer.FinishedOnly, 10)]
    public async Task Answers_a_request_after_a_tls13_handshake_as_the_script_says(PostHandshakeAnswer answer, int? alert)
    {
        await using OpensslPeer server = await ServerAsync("-CAfile", pki.CaFile, "-tls1_3");
        ClientScript script = OpensslInteropTests.Script(TlsVersion.Tls13);
        script = script with { Credential = pki.Good, PostHandshakeAnswer = answer, Hello = script.Hello with { OfferPostHandshakeAuth = true } };

        await using TlsSession session = await GreetAsync(server, script);
        await CommandAsync(server, session, "c");
        if (alert is null)
        {
            await AnswerArrivesAsync(server, session);
        }
        else
        {
            (_, ChannelRead end) = await Talk.AskAsync(session, "");
            end.ShouldBe(new ChannelRead.Alerted(new TlsAlert(2, (byte)alert)), session.Transcript.ToText());
        }

        session.PostHandshakeCertificateRequests.ShouldHaveSingleItem().Context.ShouldNotBeEmpty();
    }

    [Theory]
    [InlineData("k")]
    [InlineData("K")]
    public async Task Follows_a_key_update(string command)
    {
        await using OpensslPeer server = await ServerAsync("-tls1_3");
        await using TlsSession session = await GreetAsync(server, OpensslInteropTests.Script(TlsVersion.Tls13));

        await CommandAsync(server, session, command);
        await AnswerArrivesAsync(server, session);

        session.Transcript.ToText().ShouldContain("< KeyUpdate");
        session.Transcript.ToText().Contains("> KeyUpdate", StringComparison.Ordinal).ShouldBe(command == "K");
    }

    [Fact]
    public async Task Updates_keys_of_its_own_accord()
    {
        await using OpensslPeer server = await ServerAsync("-tls1_3");
        await using TlsSession session = await GreetAsync(server, OpensslInteropTests.Script(TlsVersion.Tls13));

        // What was sent under the new keys is shown, so the server has taken our update, and all that it writes from now on comes after its own.
        await session.UpdateKeysAsync(TestContext.Current.CancellationToken);
        await session.WriteAsync("again\n"u8.ToArray(), TestContext.Current.CancellationToken);
        await server.PrintedAsync("again");
        await AnswerArrivesAsync(server, session);

        session.Transcript.ToText().ShouldContain("< KeyUpdate");
    }

    [Theory]
    [InlineData(PostHandshakeAnswer.Answer, null)]
    [InlineData(PostHandshakeAnswer.Empty, null)]
    [InlineData(PostHandshakeAnswer.FinishedOnly, 10)]
    public async Task Renegotiates_in_tls12_when_the_server_asks(PostHandshakeAnswer answer, int? alert)
    {
        await using OpensslPeer server = await ServerAsync("-CAfile", pki.CaFile, "-tls1_2");
        ClientScript script = OpensslInteropTests.Script(TlsVersion.Tls12) with { Credential = pki.Good, PostHandshakeAnswer = answer };

        await using TlsSession session = await GreetAsync(server, script);
        session.SecureRenegotiation.ShouldBeTrue();
        await CommandAsync(server, session, "R");
        if (alert is null)
        {
            await AnswerArrivesAsync(server, session);
            session.Renegotiations.ShouldBe(1);
        }
        else
        {
            (_, ChannelRead end) = await Talk.AskAsync(session, "");
            end.ShouldBe(new ChannelRead.Alerted(new TlsAlert(2, (byte)alert)), session.Transcript.ToText());
        }

        session.RenegotiationRequested.ShouldBeTrue();
        session.PostHandshakeCertificateRequests.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Declines_a_renegotiation_when_told_so()
    {
        await using OpensslPeer server = await ServerAsync("-tls1_2");
        await using TlsSession session = await GreetAsync(server, OpensslInteropTests.Script(TlsVersion.Tls12) with { AnswerRenegotiation = false });

        await CommandAsync(server, session, "R");
        (_, ChannelRead end) = await Talk.AskAsync(session, "");

        end.ShouldNotBeOfType<ChannelRead.Malformed>();
        session.RenegotiationRequested.ShouldBeTrue();
        session.Renegotiations.ShouldBe(0);
        session.Transcript.ToText().ShouldContain("warning 100 no_renegotiation");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Starts_one_renegotiation_of_its_own_and_sees_the_refusal(bool allowed)
    {
        await using OpensslPeer server = await ServerAsync(allowed ? ["-tls1_2", "-client_renegotiation"] : ["-tls1_2"]);
        await using TlsSession session = await GreetAsync(server, OpensslInteropTests.Script(TlsVersion.Tls12));

        ChannelRead? end = await session.RenegotiateAsync(TestContext.Current.CancellationToken);

        if (allowed)
        {
            end.ShouldBeNull();
            session.Renegotiations.ShouldBe(1);
            await AnswerArrivesAsync(server, session);
        }
        else
        {
            end.ShouldBeOfType<ChannelRead.Alerted>().Alert.Code.ShouldBe((byte)100);
        }

        await Should.ThrowAsync<InvalidOperationException>(() => session.RenegotiateAsync(TestContext.Current.CancellationToken));
    }

    private static async Task<TlsSession> GreetAsync(OpensslPeer server, ClientScript script)
    {
        TlsSession session = await Talk.OpenAsync(await server.ConnectAsync(), script);
        await session.WriteAsync("hello there\n"u8.ToArray(), TestContext.Current.CancellationToken);
        await server.PrintedAsync("hello there");
        return session;
    }

    // The server drops what follows a command in the same read. It looks at its terminal before it looks at the connection,
    // so once it shows what was sent after the command was typed, the command was taken.
    private static async Task CommandAsync(OpensslPeer server, TlsSession session, string command)
    {
        await server.TypeAsync(command);
        await session.WriteAsync("taken?\n"u8.ToArray(), TestContext.Current.CancellationToken);
        await server.PrintedAsync("taken?");
    }

    private static async Task AnswerArrivesAsync(OpensslPeer server, TlsSession session)
    {
        await server.TypeAsync("typed");
        (string text, _) = await Talk.AskAsync(session, "", "typed");
        text.ShouldContain("typed");
        await session.WriteAsync("still here\n"u8.ToArray(), TestContext.Current.CancellationToken);
        await server.PrintedAsync("still here");
    }

    private Task<OpensslPeer> ServerAsync(params string[] arguments) =>
        OpensslPeer.StartAsync(["-cert", pki.ServerFile, "-key", pki.ServerKeyFile, .. arguments]);
}

using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using FsCheck;
using FsCheck.Fluent;
using Sallyport.Tls.Http;
using Sallyport.Tls.Tests.Support;

namespace Sallyport.Tls.Tests.Http;

public sealed class Http1ConnectionTests
{
    private static readonly HttpLimits Small = new() { MaxBodyBytes = 1000, MaxHeadBytes = 2000, Timeout = TimeSpan.FromSeconds(30) };
    private static readonly HttpLimits Brief = Small with { Timeout = TimeSpan.FromMilliseconds(200) };

    [Fact]
    public async Task A_request_is_written_exactly_as_given()
    {
        var channel = new ScriptedChannel([Bytes("HTTP/1.1 204 No Content\r\n\r\n")], new ChannelRead.Closed());
        var request = new RawHttpRequest
        {
            Method = "POST",
            Target = "/a/%2e%2e/b//c?\xE9",
            Host = "b.test",
            Headers = [new("hOST", "a.test"), new("X-Two", " 1"), new("X-Two", "2")],
            Body = Bytes("hi"),
        };
        HttpOutcome outcome = await new Http1Connection(channel).SendAsync(request, Small, Token);
        outcome.ShouldBeOfType<HttpOutcome.Answered>().Answer.Status.ShouldBe(204);
        Encoding.Latin1.GetString(channel.Written.ToArray()).ShouldBe(
            "POST /a/%2e%2e/b//c?\xE9 HTTP/1.1\r\nHost: b.test\r\nhOST: a.test\r\nX-Two:  1\r\nX-Two: 2\r\nAccept-Encoding: identity\r\nContent-Length: 2\r\n\r\nhi");
    }

    [Theory]
    [InlineData("", "\n")]
    [InlineData("hi", "i")]
    public async Task The_last_byte_waits_for_its_moment(string body, string last)
    {
        var channel = new ScriptedChannel([Bytes("HTTP/1.1 204 No Content\r\n\r\n")], new ChannelRead.Closed());
        var connection = new Http1Connection(channel);
        string before = "";
        HttpOutcome outcome = await connection.SendHeldAsync(
            new RawHttpRequest { Method = body.Length > 0 ? "POST" : "GET", Host = "x", Body = Bytes(body) },
            () =>
            {
                before = Encoding.Latin1.GetString(channel.Written.ToArray());
                return Task.CompletedTask;
            },
            Small,
            Token);
        outcome.ShouldBeOfType<HttpOutcome.Answered>().Answer.Status.ShouldBe(204);
        before.ShouldNotBeEmpty();
        Encoding.Latin1.GetString(channel.Written.ToArray()).ShouldBe(before + last);
        connection.CanSendAnother.ShouldBeTrue();
    }

    [Fact]
    public async Task Switches_leave_out_what_is_added_otherwise()
    {
        var channel = new ScriptedChannel([], new ChannelRead.Closed());
        var request = new RawHttpRequest { Method = "PUT", Host = "x", AddHost = false, AddContentLength = false, AddAcceptEncoding = false, ProtocolText = "" };
        await new Http1Connection(channel).SendAsync(request, Small, Token);
        Encoding.Latin1.GetString(channel.Written.ToArray()).ShouldBe("PUT /\r\n\r\n");
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", "hello", true)]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nhel\r\n2\r\nlo\r\n0\r\nT: 1\r\n\r\n", "hello", true)]
    [InlineData("HTTP/1.1 200 OK\nContent-Length: 2, 2\n\nhi", "hi", true)]
    [InlineData("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", "hi", true)]
    [InlineData("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi", "hi", false)]
    [InlineData("HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nhi", "hi", false)]
    [InlineData("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nhi", "hi", true)]
    [InlineData("HTTP/1.1 200 OK\r\n\r\nto the end", "to the end", false)]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 9\r\n\r\n2\r\nhi\r\n0\r\n\r\n", "hi", false)]
    [InlineData("HTTP/1.1 200\r\nTransfer-Encoding: gzip\r\n\r\nraw", "raw", false)]
    [InlineData("HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", "", true)]
    public async Task Bodies_of_every_framing_are_read_whole(string answer, string body, bool another)
    {
        foreach (int piece in new[] { 1, 7, 10_000 })
        {
            var connection = new Http1Connection(new ScriptedChannel(Cut(Bytes(answer), piece), new ChannelRead.Closed()));
            HttpAnswer read = (await connection.SendAsync(new RawHttpRequest(), Small, Token)).ShouldBeOfType<HttpOutcome.Answered>().Answer;
            Encoding.Latin1.GetString(read.Body.Span).ShouldBe(body);
            (read.BodyTruncated, read.BodyDefect).ShouldBe((false, null));
            connection.CanSendAnother.ShouldBe(another);
            connection.UnreadBytes.ShouldBe(0);
        }
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 1073741824\r\n\r\nabc", "abc", "ended within")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\nabc", "", "no number")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nabc", "", "no number")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nabc", "", "different")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc", "", "chunk size")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\nabc", "", "chunk size")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\r\nabc", "", "chunk size")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFF\r\nabc", "", "chunk size")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n7FFFFFFFFFFFFFFF\r\nabc", "abc", "ended within")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcdef\r\n0\r\n\r\n", "abc", "does not end where")]
    public async Task A_broken_body_is_an_answer_with_a_defect(string answer, string body, string defect)
    {
        var connection = new Http1Connection(new ScriptedChannel([Bytes(answer)], new ChannelRead.Closed()));
        HttpAnswer read = (await connection.SendAsync(new RawHttpRequest(), Small, Token)).ShouldBeOfType<HttpOutcome.Answered>().Answer;
        read.Status.ShouldBe(200);
        Encoding.Latin1.GetString(read.Body.Span).ShouldBe(body);
        read.BodyDefect.ShouldNotBeNull().ShouldContain(defect);
        (read.BodyTruncated, read.BodyTooLong).ShouldBe((true, false));
        connection.CanSendAnother.ShouldBeFalse();
    }

    [Theory]
    [InlineData("\x16\x03\x01", "status line")]
    [InlineData("SSH-2.0-x\r\n", "status line")]
    [InlineData("HTTP/1.1 2x0 OK\r\n\r\n", "status line")]
    [InlineData("HTTP/1.1 099 OK\r\n\r\n", "status line")]
    [InlineData("HTTP/1.1 2000\r\n\r\n", "status line")]
    [InlineData("HTTP/1.1 200 OK\r\nno colon\r\n\r\n", "no proper name")]
    [InlineData("HTTP/1.1 200 OK\r\nName : v\r\n\r\n", "no proper name")]
    [InlineData("HTTP/1.1 200 OK\r\n folded\r\n\r\n", "folded")]
    public async Task A_broken_head_is_malformed(string answer, string reason)
    {
        var connection = new Http1Connection(new ScriptedChannel([Bytes(answer)], null));
        (await connection.SendAsync(new RawHttpRequest(), Small, Token)).ShouldBeOfType<HttpOutcome.Malformed>().Reason.ShouldContain(reason);
    }

    [Fact]
    public async Task Endless_heads_bodies_chunks_and_interim_answers_are_bounded()
    {
        (await EndlessAsync("HTTP/1.1 200 OK\r\n", "X: yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\r\n")).ShouldBeOfType<HttpOutcome.Malformed>();
        (await EndlessAsync("HTTP/1.1 200 OK\r\n\r\n", new string('x', 100))).ShouldBeOfType<HttpOutcome.Answered>().Answer.Body.Length.ShouldBe(Small.MaxBodyBytes);
        (await EndlessAsync("HTTP/1.1 200 OK\r\nContent-Length: 1073741824\r\n\r\n", new string('x', 100))).ShouldBeOfType<HttpOutcome.Answered>().Answer.BodyTooLong.ShouldBeTrue();
        (await EndlessAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "1;" + new string('e', 50) + "\r\nx\r\n")).ShouldBeOfType<HttpOutcome.Answered>().Answer.BodyTruncated.ShouldBeTrue();
        (await EndlessAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", new string('0', 50))).ShouldBeOfType<HttpOutcome.Answered>().Answer.BodyDefect.ShouldNotBeNull();
        (await EndlessAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", "T: 1\r\n")).ShouldBeOfType<HttpOutcome.Answered>().Answer.BodyDefect.ShouldNotBeNull();
        (await EndlessAsync("", "HTTP/1.1 100 Continue\r\n\r\n")).ShouldBeOfType<HttpOutcome.Malformed>();
    }

    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1 200 OK\r\nA: ")]
    public async Task Before_a_whole_head_the_end_of_the_channel_is_the_outcome(string received)
    {
        byte[][] pieces = [Bytes(received)];
        (await AskAsync(new ScriptedChannel(pieces, new ChannelRead.Closed()))).ShouldBe(new HttpOutcome.Closed(received.Length));
        (await AskAsync(new ScriptedChannel(pieces, new ChannelRead.Alerted(new TlsAlert(1, 0))))).ShouldBe(new HttpOutcome.Closed(received.Length) { Orderly = true });
        (await AskAsync(new ScriptedChannel(pieces, new ChannelRead.Alerted(new TlsAlert(2, 116))))).ShouldBe(new HttpOutcome.Alerted(new TlsAlert(2, 116)));
        (await AskAsync(new ScriptedChannel(pieces, new ChannelRead.Malformed("no")))).ShouldBe(new HttpOutcome.Malformed("no"));
        (await AskAsync(new ScriptedChannel(pieces, null))).ShouldBe(new HttpOutcome.TimedOut());
    }

    [Fact]
    public async Task A_tarpit_within_the_body_leaves_the_head_as_answer()
    {
        HttpOutcome outcome = await AskAsync(new ScriptedChannel([Bytes("HTTP/1.1 403 Forbidden\r\nContent-Length: 5\r\n\r\nab")], null));
        HttpAnswer answer = outcome.ShouldBeOfType<HttpOutcome.Answered>().Answer;
        (answer.Status, answer.BodyTruncated, answer.Body.Length).ShouldBe((403, true, 2));
    }

    [Fact]
    public async Task The_callers_cancel_throws()
    {
        using var cancel = new CancellationTokenSource();
        Task<HttpOutcome> waiting = new Http1Connection(new ScriptedChannel([], null)).SendAsync(new RawHttpRequest(), Small, cancel.Token);
        await cancel.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(waiting);
    }

    [Fact]
    public async Task One_connection_carries_several_requests_and_refuses_more_than_it_can()
    {
        var connection = new Http1Connection(new ScriptedChannel(
            [Bytes("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n1"), Bytes("HTTP/1.1 201 Created\r\nContent-Length: 1\r\n\r\n2rest")], new ChannelRead.Closed()));
        (await connection.SendAsync(new RawHttpRequest(), Small, Token)).ShouldBeOfType<HttpOutcome.Answered>().Answer.Status.ShouldBe(200);
        (await connection.SendAsync(new RawHttpRequest { Headers = [new("connection", "Close")] }, Small, Token)).ShouldBeOfType<HttpOutcome.Answered>().Answer.Status.ShouldBe(201);
        connection.UnreadBytes.ShouldBe(4);
        await Should.ThrowAsync<InvalidOperationException>(connection.SendAsync(new RawHttpRequest(), Small, Token));
    }

    [Fact]
    public async Task A_HEAD_answer_has_no_body()
    {
        var connection = new Http1Connection(new ScriptedChannel([Bytes("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n")], null));
        HttpAnswer answer = (await connection.SendAsync(new RawHttpRequest { Method = "HEAD" }, Small, Token)).ShouldBeOfType<HttpOutcome.Answered>().Answer;
        answer.Header("content-LENGTH").ShouldBe("100");
        answer.Body.Length.ShouldBe(0);
        connection.CanSendAnother.ShouldBeTrue();
    }

    [Fact]
    public async Task An_answer_cut_at_each_byte_ends_and_is_never_whole()
    {
        byte[] whole = Bytes("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n");
        for (int length = 0; length < whole.Length; length++)
        {
            HttpOutcome outcome = await AskAsync(new ScriptedChannel([whole[..length]], new ChannelRead.Closed()));
            (outcome is HttpOutcome.Closed or HttpOutcome.Answered { Answer.BodyTruncated: true }).ShouldBeTrue($"{length}: {outcome}");
        }
    }

    [Fact]
    public void No_bytes_make_it_throw() =>
        Prop.ForAll<byte[], int>(static (bytes, shape) =>
        {
            byte[] head = (shape % 3) switch
            {
                0 => [],
                1 => Bytes("HTTP/1.1 200 OK\r\n"),
                _ => Bytes("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"),
            };
            var channel = new ScriptedChannel([head, bytes], new ChannelRead.Closed());
            return new Http1Connection(channel).SendAsync(new RawHttpRequest(), Small, CancellationToken.None).GetAwaiter().GetResult() is not null;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(200));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(text);

    private static IEnumerable<byte[]> Cut(byte[] bytes, int size) => bytes.Chunk(size);

    private static Task<HttpOutcome> AskAsync(ScriptedChannel channel) => new Http1Connection(channel).SendAsync(new RawHttpRequest(), Brief, Token);

    private static async Task<HttpOutcome> EndlessAsync(string start, string forever)
    {
        await using var tail = new ScriptedChannel([Bytes(forever)], null, repeat: true);
        await using var channel = new Prefixed(Bytes(start), tail);
        HttpOutcome outcome = await new Http1Connection(channel).SendAsync(new RawHttpRequest(), Small, Token);
        tail.Delivered.ShouldBeLessThan(100_000);
        return outcome;
    }

    private sealed class Prefixed(byte[] first, ScriptedChannel then) : ByteChannel
    {
        private byte[] _first = first;

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) => ValueTask.CompletedTask;

        public override ValueTask<ChannelRead> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
        {
            if (_first.Length == 0)
            {
                return then.ReadAsync(buffer, cancellationToken);
            }

            byte[] all = _first;
            _first = [];
            all.CopyTo(buffer);
            return ValueTask.FromResult<ChannelRead>(new ChannelRead.Data(all.Length));
        }

        public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}

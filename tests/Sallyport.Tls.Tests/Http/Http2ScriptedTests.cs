using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using FsCheck;
using FsCheck.Fluent;
using Sallyport.Tls.Http;
using Sallyport.Tls.Http.Hpack;
using Sallyport.Tls.Tests.Support;

namespace Sallyport.Tls.Tests.Http;

/// <summary>Frames written by the test: what a hostile or odd server may say.</summary>
public sealed class Http2ScriptedTests
{
    private static readonly HttpLimits Limits = new() { MaxBodyBytes = 1000, MaxHeadBytes = 2000, Timeout = TimeSpan.FromSeconds(30) };
    private static readonly byte[] Settings = Http2Frame.Write(Http2Frame.Settings, 0, 0, []);
    private static readonly byte[] Ok = HpackEncoder.Encode([new(":status", "200"), new("x-a", "1")]);

    [Fact]
    public async Task An_answer_with_padding_priority_continuations_interim_heads_and_trailers_is_read()
    {
        byte[] early = HpackEncoder.Encode([new(":status", "103"), new("link", "x")]);
        byte[] trailers = HpackEncoder.Encode([new("t", "2")]);
        HttpOutcome outcome = await AskAsync([
            Settings,
            Http2Frame.Write(Http2Frame.Headers, Http2Frame.EndHeaders, 1, early),
            Http2Frame.Write(Http2Frame.Headers, Http2Frame.Padded | Http2Frame.HasPriority, 1, [2, 0, 0, 0, 0, 5, .. Ok.AsSpan(0, 3), 0, 0]),
            Http2Frame.Write(Http2Frame.Continuation, 0, 1, []),
            Http2Frame.Write(Http2Frame.Continuation, Http2Frame.EndHeaders, 1, Ok.AsSpan(3)),
            Http2Frame.Write(Http2Frame.Data, Http2Frame.Padded, 1, [1, (byte)'h', 0]),
            Http2Frame.Write(77, 255, 1, [1, 2, 3]),
            Http2Frame.Write(Http2Frame.Data, 0, 1, [(byte)'i']),
            Http2Frame.Write(Http2Frame.Headers, Http2Frame.EndHeaders | Http2Frame.EndStream, 1, trailers)]);
        HttpAnswer answer = outcome.ShouldBeOfType<HttpOutcome.Answered>().Answer;
        (answer.Status, answer.Version, answer.Header("X-A"), Encoding.ASCII.GetString(answer.Body.Span)).ShouldBe((200, "HTTP/2", "1", "hi"));
        answer.Trailers.ShouldBe([new HttpHeader("t", "2")]);
        answer.BodyDefect.ShouldBeNull();
    }

    [Fact]
    public async Task The_request_is_written_as_given_with_names_in_lower_case()
    {
        await using ScriptedChannel channel = Server([Settings, Http2Frame.Write(Http2Frame.Headers, Http2Frame.EndHeaders | Http2Frame.EndStream, 1, Ok)], null);
        await using (var connection = new Http2Connection(channel))
        {
            var request = new RawHttpRequest { Target = "/a//b?%00", Host = "b.test", Authority = "a.test:1", Headers = [new("X-Two", "1"), new("x-two", "2")] };
            await connection.SendAsync(request, Limits, Token);
        }

        byte[] written = channel.Written.ToArray();
        written.AsSpan(0, 24).SequenceEqual(Http2Frame.Preface).ShouldBeTrue();
        written.AsSpan(24, 15).SequenceEqual(Http2Frame.Setting(2, 0)).ShouldBeTrue();
        (byte type, byte flags, int id, byte[] block) = Frames(written.AsSpan(39)).First(static frame => frame.Type == Http2Frame.Headers);
        (type, flags, id).ShouldBe((Http2Frame.Headers, (byte)(Http2Frame.EndStream | Http2Frame.EndHeaders), 1));
        new HpackDecoder().TryDecode(block, 10_000, out ImmutableArray<HttpHeader> headers).ShouldBeTrue();
        headers.ShouldBe([new(":method", "GET"), new(":scheme", "https"), new(":authority", "a.test:1"), new(":path", "/a//b?%00"), new("x-two", "1"), new("x-two", "2"), new("accept-encoding", "identity")]);
    }

    [Fact]
    public async Task Pseudo_headers_can_be_doubled_and_left_out()
    {
        var request = new RawHttpRequest { PseudoHeaders = [new(":path", "/1"), new(":path", "/2")], LowerCaseHeaderNames = false, Headers = [new("UP", "x")], AddAcceptEncoding = false };
        await using ScriptedChannel channel = Server([], new ChannelRead.Closed());
        await using (var connection = new Http2Connection(channel))
        {
            (await connection.SendAsync(request, Limits, Token)).ShouldBe(new HttpOutcome.Closed(0));
        }

        byte[] expected = Http2Frame.Write(Http2Frame.Headers, Http2Frame.EndStream | Http2Frame.EndHeaders, 1, HpackEncoder.Encode([new(":path", "/1"), new(":path", "/2"), new("UP", "x")]));
        channel.Written.ToArray().AsSpan(39).SequenceEqual(expected).ShouldBeTrue();
    }

    public static TheoryData<string, byte[]> Breaches() => new()
    {
        { "SETTINGS", Encoding.ASCII.GetBytes("HTTP/1.1 400 Bad Request\r\n\r\n") },
        { "SETTINGS", Http2Frame.Write(Http2Frame.Ping, 0, 0, new byte[8]) },
        { "bytes", [.. Settings, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0, 0, 1] },
        { "bytes", [.. Settings, .. Http2Frame.Write(Http2Frame.Headers, 0, 1, new byte[3000])] },
        { "interrupted", [.. Settings, .. Http2Frame.Write(Http2Frame.Headers, 0, 1, Ok), .. Http2Frame.Write(Http2Frame.Data, 0, 1, [1])] },
        { "CONTINUATION without", [.. Settings, .. Http2Frame.Write(Http2Frame.Continuation, 4, 1, Ok)] },
        { "without end", [.. Settings, .. Http2Frame.Write(Http2Frame.Headers, 0, 1, Ok), .. Repeat(Http2Frame.Write(Http2Frame.Continuation, 0, 1, []), 100)] },
        { "cannot be read", [.. Settings, .. Http2Frame.Write(Http2Frame.Headers, 4, 1, [0x80])] },
        { ":status", [.. Settings, .. Http2Frame.Write(Http2Frame.Headers, 4, 1, HpackEncoder.Encode([new("a", "b")]))] },
        { "DATA before", [.. Settings, .. Http2Frame.Write(Http2Frame.Data, 0, 1, [1])] },
        { "did not open", [.. Settings, .. Http2Frame.Write(Http2Frame.Headers, 4, 2, Ok)] },
        { "did not open", [.. Settings, .. Http2Frame.Write(Http2Frame.Data, 0, 99, [1])] },
        { "PUSH_PROMISE", [.. Settings, .. Http2Frame.Write(Http2Frame.PushPromise, 4, 1, [0, 0, 0, 2, .. Ok])] },
        { "padding", [.. Settings, .. Http2Frame.Write(Http2Frame.Data, Http2Frame.Padded, 1, [9, 1])] },
        { "padding", [.. Settings, .. Http2Frame.Write(Http2Frame.Headers, Http2Frame.HasPriority, 1, [1])] },
        { "2^31", [.. Settings, .. Http2Frame.Number(Http2Frame.WindowUpdate, 0, 0)] },
        { "2^31", [.. Settings, .. Http2Frame.Number(Http2Frame.WindowUpdate, 1, int.MaxValue)] },
        { "initial window", Http2Frame.Setting(4, uint.MaxValue) },
        { "SETTINGS of", Http2Frame.Write(Http2Frame.Settings, 0, 0, [1]) },
        { "PING", [.. Settings, .. Http2Frame.Write(Http2Frame.Ping, 0, 0, [1])] },
        { "GOAWAY", [.. Settings, .. Http2Frame.Write(Http2Frame.GoAway, 0, 0, [1])] },
        { "RST_STREAM", [.. Settings, .. Http2Frame.Write(Http2Frame.Reset, 0, 1, [1])] },
        { "interim", [.. Settings, .. Repeat(Http2Frame.Write(Http2Frame.Headers, 4, 1, HpackEncoder.Encode([new(":status", "100")])), 20)] },
        { "bring nothing", [.. Settings, .. Http2Frame.Write(99, 0, 0, []), .. Repeat(Http2Frame.Write(Http2Frame.WindowUpdate, 0, 1, [0, 0, 0, 1]), 10_001)] },
        { "bring nothing", [.. Settings, .. Repeat(Http2Frame.Write(99, 0, 0, []), 10_001)] },
    };

    [Theory]
    [MemberData(nameof(Breaches))]
    public async Task A_breach_of_the_rules_is_named_and_ends_the_connection(string reason, byte[] bytes)
    {
        await using ScriptedChannel channel = Server([bytes], null);
        await using var connection = new Http2Connection(channel);
        HttpOutcome outcome = await connection.SendAsync(new RawHttpRequest(), Limits, Token);
        outcome.ShouldBeOfType<HttpOutcome.Malformed>().Reason.ShouldContain(reason);
        connection.CanSendAnother.ShouldBeFalse();
        (await connection.SendAsync(new RawHttpRequest(), Limits, Token)).ShouldBe(outcome);
    }

    [Fact]
    public async Task Floods_end_before_memory_does()
    {
        foreach (byte[] flood in new[] { Http2Frame.Write(Http2Frame.Ping, 0, 0, new byte[8]), Settings, Http2Frame.Number(Http2Frame.WindowUpdate, 1, 1) })
        {
            await using ScriptedChannel channel = Server([Settings, flood], null, repeat: true);
            await using var connection = new Http2Connection(channel);
            (await connection.SendAsync(new RawHttpRequest(), Limits, Token)).ShouldBeOfType<HttpOutcome.Malformed>();
            channel.Delivered.ShouldBeLessThan(1_000_000);
        }
    }

    [Fact]
    public async Task Empty_DATA_without_end_leaves_the_head_as_answer()
    {
        await using ScriptedChannel channel = Server(
            [Settings, Http2Frame.Write(Http2Frame.Headers, Http2Frame.EndHeaders, 1, Ok), Repeat(Http2Frame.Write(Http2Frame.Data, 0, 1, []), 10_001)], null);
        await using var connection = new Http2Connection(channel);
        HttpAnswer answer = (await connection.SendAsync(new RawHttpRequest(), Limits, Token)).ShouldBeOfType<HttpOutcome.Answered>().Answer;
        answer.BodyDefect.ShouldNotBeNull().ShouldContain("bring nothing");
    }

    [Fact]
    public async Task A_body_above_the_limit_is_cut_and_the_stream_cancelled()
    {
        await using ScriptedChannel channel = Server(
            [Settings, Http2Frame.Write(Http2Frame.Headers, Http2Frame.EndHeaders, 1, Ok), Http2Frame.Write(Http2Frame.Data, 0, 1, new byte[5000])], null);
        await using var connection = new Http2Connection(channel);
        HttpAnswer answer = (await connection.SendAsync(new RawHttpRequest(), Limits, Token)).ShouldBeOfType<HttpOutcome.Answered>().Answer;
        (answer.Body.Length, answer.BodyTruncated, answer.BodyTooLong).ShouldBe((1000, true, true));
        connection.CanSendAnother.ShouldBeTrue();
    }

    [Fact]
    public async Task Resets_goodbyes_alerts_and_ends_are_told_apart()
    {
        (await AskAsync([Settings, Http2Frame.Number(Http2Frame.Reset, 1, 13)])).ShouldBe(new HttpOutcome.StreamReset(13));
        (await AskAsync([Settings, Http2Frame.Write(Http2Frame.GoAway, 0, 0, [0, 0, 0, 0, 0, 0, 0, 11])])).ShouldBe(new HttpOutcome.GoAway(11));
        (await AskAsync([Settings, Http2Frame.Write(Http2Frame.GoAway, 0, 0, [0, 0, 0, 1, 0, 0, 0, 2])], new ChannelRead.Closed())).ShouldBe(new HttpOutcome.GoAway(2));
        (await AskAsync([], new ChannelRead.Alerted(new TlsAlert(2, 116)))).ShouldBe(new HttpOutcome.Alerted(new TlsAlert(2, 116)));
        (await AskAsync([], new ChannelRead.Closed())).ShouldBe(new HttpOutcome.Closed(0));
        (await AskAsync([Settings], new ChannelRead.Alerted(new TlsAlert(1, 0)))).ShouldBe(new HttpOutcome.Closed(9) { Orderly = true });
        HttpOutcome cut = await AskAsync([Settings, Http2Frame.Write(Http2Frame.Headers, 4, 1, Ok)], new ChannelRead.Closed());
        cut.ShouldBeOfType<HttpOutcome.Answered>().Answer.BodyDefect.ShouldBe("the connection ended");
    }

    [Fact]
    public async Task A_goodbye_lets_earlier_streams_finish()
    {
        HttpOutcome outcome = await AskAsync([
            Settings,
            Http2Frame.Write(Http2Frame.GoAway, 0, 0, [0, 0, 0, 1, 0, 0, 0, 0]),
            Http2Frame.Write(Http2Frame.Headers, Http2Frame.EndHeaders | Http2Frame.EndStream, 1, Ok)]);
        outcome.ShouldBeOfType<HttpOutcome.Answered>().Answer.Status.ShouldBe(200);
    }

    [Fact]
    public async Task A_silent_server_is_a_time_out_and_the_callers_cancel_throws()
    {
        await using ScriptedChannel channel = Server([Settings], null);
        await using var connection = new Http2Connection(channel);
        (await connection.SendAsync(new RawHttpRequest(), Limits with { Timeout = TimeSpan.FromMilliseconds(200) }, Token)).ShouldBe(new HttpOutcome.TimedOut());
        using var cancel = new CancellationTokenSource();
        Task<HttpOutcome> waiting = connection.SendAsync(new RawHttpRequest(), Limits, cancel.Token);
        await cancel.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(waiting);
    }

    [Fact]
    public async Task A_body_waits_for_the_servers_window()
    {
        // No window: the first request lets us take note of that. Then ten bytes of window, then the rest, then the answer.
        await using var server = new RawServer(static async (stream, token) =>
        {
            var seen = new List<byte>();
            await stream.WriteAsync(Http2Frame.Setting(4, 0), token);
            while (!Frames([.. seen.Skip(24)]).Any(static frame => frame.Type == Http2Frame.Settings && frame.Flags == Http2Frame.Ack) || !HasHeaders([.. seen]))
            {
                await ReadAsync(stream, seen, token);
            }

            await stream.WriteAsync(Http2Frame.Write(Http2Frame.Headers, Http2Frame.EndHeaders | Http2Frame.EndStream, 1, Ok), token);
            while (!Frames([.. seen.Skip(24)]).Any(static frame => frame.Id == 3))
            {
                await ReadAsync(stream, seen, token);
            }

            foreach (int step in new[] { 10, 90 })
            {
                int wanted = Sent(seen) + step;
                await stream.WriteAsync(Http2Frame.Number(Http2Frame.WindowUpdate, 3, (uint)step), token);
                while (Sent(seen) < wanted)
                {
                    await ReadAsync(stream, seen, token);
                }
            }

            bool exact = Sent(seen) == 100 && Frames([.. seen.Skip(24)]).Last(static frame => frame.Type == Http2Frame.Data).Flags == Http2Frame.EndStream;
            byte[] verdict = HpackEncoder.Encode([new(":status", exact ? "200" : "500")]);
            await stream.WriteAsync(Http2Frame.Write(Http2Frame.Headers, Http2Frame.EndHeaders | Http2Frame.EndStream, 3, verdict), token);
            await ReadAsync(stream, seen, token);
        });
        await using var channel = new PlainChannel(await server.ConnectAsync(Token));
        await using var connection = new Http2Connection(channel);
        (await connection.SendAsync(new RawHttpRequest(), Limits, Token)).ShouldBeOfType<HttpOutcome.Answered>();
        HttpOutcome outcome = await connection.SendAsync(new RawHttpRequest { Method = "POST", Body = new byte[100] }, Limits, Token);
        outcome.ShouldBeOfType<HttpOutcome.Answered>().Answer.Status.ShouldBe(200);
    }

    [Fact]
    public void No_bytes_make_it_throw_or_hang() =>
        Prop.ForAll<byte[], int>(static (bytes, shape) =>
        {
            byte[][] pieces = (shape & 3) switch
            {
                0 => [bytes],
                1 => [Settings, bytes],
                2 => [Settings, Http2Frame.Write(Http2Frame.Headers, Http2Frame.EndHeaders, 1, Ok), bytes],
                _ => [Settings, Http2Frame.Write((byte)(shape >> 2 & 15), (byte)(shape >> 6), shape >> 14 & 3, bytes)],
            };
            return AskAsync(pieces, new ChannelRead.Closed()).GetAwaiter().GetResult() is not null;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(200));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>A peer that speaks once our HEADERS are out: streams mentioned in its script are open then, however the machine schedules us.</summary>
    private static ScriptedChannel Server(IEnumerable<byte[]> pieces, ChannelRead? end, bool repeat = false) => new(pieces, end, repeat) { SpeaksWhen = HasHeaders };

    private static bool HasHeaders(byte[] written) =>
        written.Length > 24 && Frames(written.AsSpan(24)).Any(static frame => frame.Type == Http2Frame.Headers);

    private static byte[] Repeat(byte[] frame, int times) => [.. Enumerable.Repeat(frame, times).SelectMany(static one => one)];

    private static int Sent(List<byte> seen) => Frames([.. seen.Skip(24)]).Where(static frame => frame.Type == Http2Frame.Data).Sum(static frame => frame.Payload.Length);

    private static async Task ReadAsync(System.IO.Stream stream, List<byte> seen, CancellationToken token)
    {
        var buffer = new byte[4096];
        int count = await stream.ReadAsync(buffer, token);
        count.ShouldBeGreaterThan(0);
        seen.AddRange(buffer[..count]);
    }

    private static List<(byte Type, byte Flags, int Id, byte[] Payload)> Frames(ReadOnlySpan<byte> bytes)
    {
        var frames = new List<(byte, byte, int, byte[])>();
        while (bytes.Length >= 9)
        {
            int length = (bytes[0] << 16) | (bytes[1] << 8) | bytes[2];
            if (bytes.Length < 9 + length)
            {
                break;
            }

            frames.Add((bytes[3], bytes[4], (bytes[5] << 24) | (bytes[6] << 16) | (bytes[7] << 8) | bytes[8], bytes.Slice(9, length).ToArray()));
            bytes = bytes[(9 + length)..];
        }

        return frames;
    }

    private static async Task<HttpOutcome> AskAsync(IEnumerable<byte[]> pieces, ChannelRead? end = null)
    {
        await using ScriptedChannel channel = Server(pieces, end);
        await using var connection = new Http2Connection(channel);
        return await connection.SendAsync(new RawHttpRequest(), Limits, CancellationToken.None);
    }
}

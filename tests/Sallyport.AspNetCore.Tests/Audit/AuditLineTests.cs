using System;
using System.Buffers;
using System.Linq;
using System.Net;
using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Sallyport.AspNetCore.Audit;

namespace Sallyport.AspNetCore.Tests.Audit;

/// <summary>Nothing that a peer sends makes a second line, a second field or a line that a reader cannot read.</summary>
public sealed class AuditLineTests
{
    private static readonly DateTimeOffset _time = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Theory]
    [InlineData("x\n{\"seq\":1}")]
    [InlineData("x\r\n{\"seq\":1}")]
    [InlineData("\",\"kind\":\"accepted")]
    [InlineData("a\u2028b\u2029c\u0085d\v\f\u001b[31m")]
    [InlineData("\0\b\t\u007f\u009b31m")]
    [InlineData("\ud800")]
    [InlineData("\udc00\ud800x")]
    [InlineData("</script>&'+`")]
    [InlineData("\u202egpj.exe \ufeff \u200b")]
    public void What_a_peer_sends_stays_inside_its_field(string hostile)
    {
        byte[] line = Line(Event(hostile));
        OneLine(line).ShouldBeTrue();
        JsonElement record = JsonDocument.Parse(line).RootElement;
        record.GetProperty("detail").GetString().ShouldBe(Whole(hostile));
        record.GetProperty("kind").GetString().ShouldBe("refused");
        Names(record).ShouldBe(["seq", "time", "kind", "reason", "remote", "identity", "route", "detail", "chain"]);
    }

    [Fact]
    public void Any_text_in_any_field_makes_one_ascii_line_with_the_same_fields() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(300),
        Prop.ForAll(ArbMap.Default.ArbFor<char[]>(), static chars =>
        {
            var text = new string(chars);
            byte[] line = Line(Event(text) with { Reason = text, Identity = text, Route = text });
            JsonElement record = JsonDocument.Parse(line).RootElement;
            return OneLine(line) && Names(record).Length == 9 && record.GetProperty("identity").GetString() == Whole(text);
        }));

    [Fact]
    public void A_text_without_end_is_cut_and_says_so()
    {
        byte[] line = Line(Event(new string('\u0001', 100_000)) with { Identity = new string('\u2028', 100_000) });
        line.Length.ShouldBeLessThan(AuditLine.MaxBytes);
        string detail = JsonDocument.Parse(line).RootElement.GetProperty("detail").GetString().ShouldNotBeNull();
        detail.ShouldEndWith("\u2026");
        detail.Length.ShouldBe(2_049);
    }

    [Fact]
    public void A_pair_is_never_cut_in_two()
    {
        string escaped = AuditLine.Escape("a\ud83d\ude00b", 2);
        escaped.ShouldBe("a\\ud83d\\ude00\\u2026");
    }

    private static AuditEvent Event(string detail) => new()
    {
        Kind = AuditKind.Refused,
        Reason = AuditReasons.TokenRefused,
        Remote = IPAddress.IPv6Loopback,
        Identity = "alice",
        Route = "GET /orders/{id}",
        Detail = detail,
    };

    private static byte[] Line(AuditEvent happened)
    {
        var output = new ArrayBufferWriter<byte>();
        AuditLine.WriteContent(output, new AuditEntry(1, _time, happened));
        AuditLine.WriteEnd(output, new byte[AuditChain.Size]);
        return output.WrittenSpan.ToArray();
    }

    private static bool OneLine(byte[] line) => line[^1] == '\n' && line[..^1].All(static b => b is >= (byte)' ' and <= (byte)'~');

    private static string[] Names(JsonElement record) => [.. record.EnumerateObject().Select(static p => p.Name)];

    /// <summary>The text with its half surrogates replaced, and cut as a detail is not: the samples are short.</summary>
    private static string Whole(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
}

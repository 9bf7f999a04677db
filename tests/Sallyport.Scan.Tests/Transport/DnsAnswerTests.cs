using System;
using System.Linq;
using System.Net;
using Sallyport.Scan.Transport;

namespace Sallyport.Scan.Tests.Transport;

/// <summary>What the name server of a callback's zone says, and that no datagram hurts it.</summary>
public sealed class DnsAnswerTests
{
    private const string Zone = "cb.example.com";
    private static readonly IPAddress s_own = IPAddress.Parse("192.0.2.7");

    [Theory]
    [InlineData("abc.cb.example.com", DnsQuestion.A, 0, 1, "abc.cb.example.com")]
    [InlineData("aBc.Cb.exAMPle.com", DnsQuestion.A, 0, 1, "abc.cb.example.com")]
    [InlineData("cb.example.com", DnsQuestion.A, 0, 1, "cb.example.com")]
    [InlineData("abc.cb.example.com", DnsQuestion.Aaaa, 0, 0, "abc.cb.example.com")]
    [InlineData("abc.cb.example.com", 16, 0, 0, "abc.cb.example.com")]
    [InlineData("xcb.example.com", DnsQuestion.A, 5, 0, null)]
    [InlineData("example.com", DnsQuestion.A, 5, 0, null)]
    public void Names_of_the_zone_have_its_address_and_others_none(string name, int type, int code, int records, string? asked)
    {
        byte[] question = DnsQuestion.For(name, (ushort)type);
        byte[] answer = DnsAnswer.To(question, Zone, s_own, out string? heard).ShouldNotBeNull();
        DnsQuestion.Read(answer).ShouldBe((code, records));
        heard.ShouldBe(asked);
        answer.AsSpan(0, 2).ToArray().ShouldBe(question[..2]);
        // Resolvers compare the question letter by letter, upper and lower case too.
        answer.AsSpan(12, name.Length + 6).ToArray().ShouldBe(question[12..(12 + name.Length + 6)]);
        (records == 0 || answer.AsSpan(answer.Length - 4).SequenceEqual(s_own.GetAddressBytes())).ShouldBeTrue();
    }

    [Fact]
    public void An_address_of_version_six_answers_questions_for_one()
    {
        byte[] answer = DnsAnswer.To(DnsQuestion.For("a." + Zone, DnsQuestion.Aaaa), Zone, IPAddress.IPv6Loopback, out _).ShouldNotBeNull();
        DnsQuestion.Read(answer).ShouldBe((0, 1));
        answer[^1].ShouldBe((byte)1);
        DnsQuestion.Read(DnsAnswer.To(DnsQuestion.For("a." + Zone), Zone, IPAddress.IPv6Loopback, out _).ShouldNotBeNull()).ShouldBe((0, 0));
    }

    [Fact]
    public void Answers_of_others_and_scraps_get_none_and_odd_questions_an_error()
    {
        byte[] question = DnsQuestion.For("a." + Zone);
        DnsAnswer.To(question.AsSpan(0, 11), Zone, s_own, out _).ShouldBeNull();
        DnsAnswer.To([.. question[..2], 0x84, .. question[3..]], Zone, s_own, out _).ShouldBeNull();
        Code([.. question[..2], 0x28, .. question[3..]]).ShouldBe(4);
        Code([.. question[..5], 2, .. question[6..]]).ShouldBe(1);
        Code(question.AsSpan()[..20]).ShouldBe(1);
        Code(DnsQuestion.For("a." + Zone, kind: 3)).ShouldBe(5);
        Code([.. question[..12], 0xC0, 0x0C, 0, 1, 0, 1]).ShouldBe(1);
        Code(DnsQuestion.For("a\0b." + Zone)).ShouldBe(1);

        static int Code(ReadOnlySpan<byte> datagram) => DnsQuestion.Read(DnsAnswer.To(datagram, Zone, s_own, out _).ShouldNotBeNull()).Code;
    }

    [Fact]
    public void No_datagram_throws_or_is_answered_with_much_more_than_it_brought()
    {
        Random random = new(20261129);
        byte[][] seeds = [DnsQuestion.For("abc." + Zone), DnsQuestion.For(string.Join('.', Enumerable.Repeat(new string('a', 63), 3)) + "." + Zone, DnsQuestion.Aaaa)];
        for (int i = 0; i < 100_000; i++)
        {
            byte[] datagram = [.. seeds[i % seeds.Length].AsSpan(0, random.Next(seeds[i % seeds.Length].Length + 1))];
            for (int change = random.Next(4); change > 0 && datagram.Length > 0; change--)
            {
                datagram[random.Next(datagram.Length)] = (byte)random.Next(256);
            }

            byte[]? answer = DnsAnswer.To(datagram, Zone, i % 3 == 0 ? IPAddress.IPv6Loopback : s_own, out string? asked);
            (answer?.Length ?? 0).ShouldBeLessThanOrEqualTo(datagram.Length + 28);
            (asked is null || asked.EndsWith(Zone, StringComparison.Ordinal)).ShouldBeTrue();
        }
    }
}

using System;
using System.Collections.Immutable;
using System.Linq;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Sallyport.Tls.Http;
using Sallyport.Tls.Http.Hpack;

namespace Sallyport.Tls.Tests.Http;

public sealed class HpackTests
{
    private const int Limit = 65_536;

    [Theory]
    [InlineData("400a637573746f6d2d6b65790d637573746f6d2d686561646572", "custom-key=custom-header")]
    [InlineData("040c2f73616d706c652f70617468", ":path=/sample/path")]
    [InlineData("100870617373776f726406736563726574", "password=secret")]
    [InlineData("82", ":method=GET")]
    public void The_single_fields_of_RFC_7541_appendix_C_2(string hex, string expected) => Decode(new HpackDecoder(), hex).ShouldBe(expected);

    [Fact]
    public void The_requests_of_appendix_C_3_and_C_4_share_one_table()
    {
        string[] plain = ["828684410f7777772e6578616d706c652e636f6d", "828684be58086e6f2d6361636865", "828785bf400a637573746f6d2d6b65790c637573746f6d2d76616c7565"];
        string[] huffman = ["828684418cf1e3c2e5f23a6ba0ab90f4ff", "828684be5886a8eb10649cbf", "828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf"];
        string[] expected =
        [
            ":method=GET|:scheme=http|:path=/|:authority=www.example.com",
            ":method=GET|:scheme=http|:path=/|:authority=www.example.com|cache-control=no-cache",
            ":method=GET|:scheme=https|:path=/index.html|:authority=www.example.com|custom-key=custom-value",
        ];
        foreach (string[] blocks in new[] { plain, huffman })
        {
            var decoder = new HpackDecoder();
            blocks.Select(block => Decode(decoder, block)).ShouldBe(expected);
        }
    }

    [Fact]
    public void The_responses_of_appendix_C_5_and_C_6_evict_what_no_longer_fits()
    {
        // The vectors use a table of 256 bytes, which a size update announces first.
        string[] plain =
        [
            "3fe101" + "4803333032580770726976617465611d4d6f6e2c203231204f637420323031332032303a31333a323120474d546e1768747470733a2f2f7777772e6578616d706c652e636f6d",
            "4803333037c1c0bf",
            "88c1611d4d6f6e2c203231204f637420323031332032303a31333a323220474d54c05a04677a69707738666f6f3d4153444a4b48514b425a584f5157454f50495541585157454f49553b206d61782d6167653d333630303b2076657273696f6e3d31",
        ];
        string[] huffman =
        [
            "3fe101" + "488264025885aec3771a4b6196d07abe941054d444a8200595040b8166e082a62d1bff6e919d29ad171863c78f0b97c8e9ae82ae43d3",
            "4883640effc1c0bf",
            "88c16196d07abe941054d444a8200595040b8166e084a62d1bffc05a839bd9ab77ad94e7821dd7f2e6c7b335dfdfcd5b3960d5af27087f3672c1ab270fb5291f9587316065c003ed4ee5b1063d5007",
        ];
        string[] expected =
        [
            ":status=302|cache-control=private|date=Mon, 21 Oct 2013 20:13:21 GMT|location=https://www.example.com",
            ":status=307|cache-control=private|date=Mon, 21 Oct 2013 20:13:21 GMT|location=https://www.example.com",
            ":status=200|cache-control=private|date=Mon, 21 Oct 2013 20:13:22 GMT|location=https://www.example.com|content-encoding=gzip|set-cookie=foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1",
        ];
        foreach (string[] blocks in new[] { plain, huffman })
        {
            var decoder = new HpackDecoder();
            blocks.Select(block => Decode(decoder, block)).ShouldBe(expected);
        }
    }

    [Fact]
    public void Every_byte_survives_the_Huffman_code() =>
        Prop.ForAll<byte[]>(static bytes =>
            HpackHuffman.TryDecode(HpackHuffman.Encode(bytes), bytes.Length, out byte[] back) && back.SequenceEqual(bytes))
        .Check(Config.QuickThrowOnFailure.WithMaxTest(200));

    [Fact]
    public void All_symbols_survive_at_once()
    {
        byte[] all = [.. Enumerable.Range(0, 256).Select(static n => (byte)n)];
        HpackHuffman.TryDecode(HpackHuffman.Encode(all), 256, out byte[] back).ShouldBeTrue();
        back.ShouldBe(all);
    }

    [Theory]
    [InlineData("ff")]
    [InlineData("1fff")]
    [InlineData("18")]
    [InlineData("fffffffc")]
    public void Wrong_padding_and_end_of_string_are_refused(string hex) =>
        HpackHuffman.TryDecode(Convert.FromHexString(hex), 100, out _).ShouldBeFalse();

    [Theory]
    [InlineData("80")]
    [InlineData("be")]
    [InlineData("ffffffffffffff7f")]
    [InlineData("8220")]
    [InlineData("3fe21f")]
    [InlineData("00")]
    [InlineData("0005616263")]
    [InlineData("000161")]
    [InlineData("0081ff0161")]
    public void Broken_blocks_are_refused(string hex) => new HpackDecoder().TryDecode(Convert.FromHexString(hex), Limit, out _).ShouldBeFalse();

    [Fact]
    public void A_bomb_of_references_is_refused_by_its_decoded_size()
    {
        byte[] value = new byte[3000];
        Array.Fill(value, (byte)'a');
        byte[] seed = [0x40, 1, (byte)'x', 0x7F, .. Rest(value.Length - 127), .. value];
        byte[] bomb = [.. seed, .. Enumerable.Repeat((byte)0xBE, 10_000)];
        new HpackDecoder().TryDecode(bomb, Limit, out _).ShouldBeFalse();
        new HpackDecoder().TryDecode(seed, Limit, out _).ShouldBeTrue();
    }

    [Fact]
    public void What_the_encoder_writes_the_decoder_reads() =>
        Prop.ForAll<NonEmptyString[], NonEmptyString[]>(static (names, values) =>
        {
            HttpHeader[] headers = [.. names.Zip(values, static (name, value) => new HttpHeader(Latin(name.Get), Latin(value.Get)))];
            return new HpackDecoder().TryDecode(HpackEncoder.Encode(headers), 1 << 20, out ImmutableArray<HttpHeader> back) && back.SequenceEqual(headers);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(200));

    [Fact]
    public void No_bytes_make_the_decoder_throw()
    {
        Prop.ForAll<byte[]>(static bytes =>
        {
            var decoder = new HpackDecoder();
            decoder.TryDecode(bytes, 1000, out _);
            decoder.TryDecode(bytes, 1000, out _);
            return true;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(200));
        var random = new Random(7);
        byte[] good = Convert.FromHexString("3fe101488264025885aec3771a4b6196d07abe941054d444a8200595040b8166e082a62d1bff6e919d29ad171863c78f0b97c8e9ae82ae43d3");
        int read = 0;
        for (int turn = 0; turn < 5000; turn++)
        {
            byte[] damaged = [.. good];
            damaged[random.Next(good.Length)] = (byte)random.Next(256);
            read += new HpackDecoder().TryDecode(damaged, 1000, out _) ? 1 : 0;
        }

        read.ShouldBeInRange(1, 4999);
    }

    private static byte[] Rest(int value) => value < 128 ? [(byte)value] : [(byte)((value & 127) | 128), .. Rest(value >> 7)];

    private static string Latin(string text) => Encoding.Latin1.GetString(Encoding.Latin1.GetBytes(text));

    private static string Decode(HpackDecoder decoder, string hex)
    {
        decoder.TryDecode(Convert.FromHexString(hex), Limit, out ImmutableArray<HttpHeader> headers).ShouldBeTrue(hex);
        return string.Join('|', headers.Select(static header => $"{header.Name}={header.Value}"));
    }
}

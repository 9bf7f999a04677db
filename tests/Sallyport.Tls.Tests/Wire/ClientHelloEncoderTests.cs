using System;
using System.Linq;
using Sallyport.Tls.Hello;
using Sallyport.Tls.Wire;

namespace Sallyport.Tls.Tests.Wire;

public sealed class ClientHelloEncoderTests
{
    private static readonly byte[] Random = [.. Enumerable.Range(100, 32).Select(static n => (byte)n)];

    [Fact]
    public void Everything_that_a_request_names_is_written()
    {
        ParsedClientHello hello = Encode(HelloRequest.ForTls13("a.test") with
        {
            SessionId = [1, 2, 3],
            Alpn = ["h2", "http/1.1"],
            SignatureSchemesCert = [SignatureScheme.RsaPkcs1Sha256],
            OfferPostHandshakeAuth = true,
            OfferSessionTicket = true,
            SessionTicket = [5],
            ExtendedMasterSecret = true,
            EncryptThenMac = true,
            Renegotiation = RenegotiationOffer.Extension,
            FallbackScsv = true,
            StatusRequest = true,
            Heartbeat = true,
            CompressionMethods = [1, 0],
        });
        hello.Version.ShouldBe((ushort)0x0303);
        hello.Random.ShouldBe(Random);
        hello.SessionId.ShouldBe([1, 2, 3]);
        hello.Compression.ShouldBe([1, 0]);
        hello.Suites.ShouldBe([(ushort)0x1301, (ushort)0x1302, (ushort)0x1303, (ushort)0x5600]);
        hello.Extensions.Select(static e => e.Type).ShouldBe(
            [(ushort)0, (ushort)23, (ushort)0xFF01, (ushort)10, (ushort)11, (ushort)35, (ushort)16, (ushort)5, (ushort)13, (ushort)50, (ushort)22, (ushort)15, (ushort)51, (ushort)45, (ushort)43, (ushort)49]);
        hello.Body(0).ShouldBe([0, 9, 0, 0, 6, .. "a.test"u8]);
        hello.Body(16).ShouldBe([0, 12, 2, .. "h2"u8, 8, .. "http/1.1"u8]);
        hello.Body(43).ShouldBe([2, 3, 4]);
        hello.Body(35).ShouldBe([5]);
        hello.Body(0xFF01).ShouldBe([0]);
        hello.Body(51).Length.ShouldBe(2 + 4 + 32 + 4 + 65);
    }

    [Fact]
    public void Nothing_asked_means_no_extension_block()
    {
        ParsedClientHello hello = Encode(HelloRequest.Legacy(TlsVersion.Ssl3, [new CipherSuite(0x000A)]));
        hello.Extensions.ShouldBeEmpty();
        hello.Version.ShouldBe((ushort)0x0300);
        hello.Suites.ShouldBe([(ushort)0x000A, (ushort)0x00FF]);
    }

    [Fact]
    public void Two_names_twin_extensions_and_odd_name_types_are_sent_as_given()
    {
        ParsedClientHello hello = Encode(HelloRequest.ForTls12(null) with
        {
            ServerNames = [HelloRequest.RawName("a.test"), [0xFF, 0]],
            SniNameType = 3,
            ExtraExtensions = [new RawExtension(0, [9]), new RawExtension(0, [])],
        });
        hello.Body(0).ShouldBe([0, 14, 3, 0, 6, .. "a.test"u8, 3, 0, 2, 0xFF, 0]);
        hello.Extensions.Count(static e => e.Type == 0).ShouldBe(3);
        hello.Extensions[^2].Body.ShouldBe([9]);
    }

    [Fact]
    public void An_empty_key_share_is_present_and_empty()
    {
        Encode(HelloRequest.ForTls13(null) with { KeyShareGroups = [] }).Body(51).ShouldBe([0, 0]);
        Encode(HelloRequest.ForTls13(null) with { KeyShareGroups = null }).Extensions.ShouldAllBe(static e => e.Type != 51);
    }

    [Fact]
    public void Grease_stands_in_every_list_and_is_the_same_for_the_same_random()
    {
        HelloRequest request = HelloRequest.ForTls13("a.test") with { Grease = true, KeyShareGroups = [] };
        ParsedClientHello hello = Encode(request);
        Grease.IsReserved(hello.Suites[0]).ShouldBeTrue();
        Grease.IsReserved(hello.Extensions[0].Type).ShouldBeTrue();
        Grease.IsReserved(hello.Extensions[^1].Type).ShouldBeTrue();
        hello.Extensions[0].Type.ShouldNotBe(hello.Extensions[^1].Type);
        Grease.IsReserved((ushort)((hello.Body(43)[1] << 8) | hello.Body(43)[2])).ShouldBeTrue();
        hello.Body(51).Length.ShouldBe(2 + 5);
        Encode(request).Suites.ShouldBe(hello.Suites);
    }

    [Theory]
    [InlineData(512)]
    [InlineData(20_000)]
    [InlineData(60_000)]
    public void Padding_fills_the_message_to_the_wanted_size(int size) =>
        Message(HelloRequest.ForTls12("a.test") with { PaddingTo = size }).Length.ShouldBe(size);

    [Fact]
    public void A_pre_shared_key_offer_is_last_and_its_binders_are_found()
    {
        var parts = new ClientHelloParts { Random = Random, PreSharedKeys = [new PskIdentity(new byte[] { 1, 2 }, 77, 32)], EarlyData = true, Cookie = new byte[] { 6 } };
        EncodedClientHello encoded = ClientHelloEncoder.Encode(HelloRequest.ForTls13("a.test") with { PaddingTo = 600 }, parts);
        ParsedClientHello hello = ParsedClientHello.Read(encoded.Message);
        hello.Extensions[^1].Type.ShouldBe((ushort)41);
        hello.Body(41).ShouldBe([0, 8, 0, 2, 1, 2, 0, 0, 0, 77, 0, 33, 32, .. new byte[32]]);
        hello.Body(44).ShouldBe([0, 1, 6]);
        hello.Extensions.ShouldContain(static e => e.Type == 42);
        encoded.Message.Length.ShouldBe(600);
        encoded.BindersOffset.ShouldBe(600 - 35);
        encoded.BinderOffset(0, 32).ShouldBe(600 - 32);
        encoded.Truncated.Length.ShouldBe(600 - 35);
    }

    [Theory]
    [InlineData(new int[0], new int[0])]
    [InlineData(new[] { 1 }, new[] { 7 })]
    [InlineData(new[] { 64, 3 }, new[] { 1000, 1 })]
    public void A_hello_cut_into_records_and_writes_is_the_same_hello(int[] records, int[] writes)
    {
        var cut = new HelloFragmentation { RecordSizes = [.. records], WriteSizes = [.. writes] };
        byte[] message = Message(HelloRequest.ForTls12("a.test"));
        byte[] framed = HelloFraming.Records(message, TlsVersion.Tls10, cut);
        (byte[] joined, var sizes) = ParsedClientHello.Join(framed);
        joined.ShouldBe(message);
        HelloFraming.Writes(framed, cut).SelectMany(static piece => piece.ToArray()).ShouldBe(framed);
        sizes[0].ShouldBe(records.Length == 0 ? message.Length : records[0]);
    }

    [Fact]
    public void A_hello_above_sixteen_kilobytes_takes_two_records()
    {
        byte[] framed = HelloProbe.Encode(HelloRequest.ForTls12("a.test") with { PaddingTo = 20_000 });
        ParsedClientHello.Join(framed).Sizes.ShouldBe([16_384, 20_000 - 16_384]);
    }

    [Fact]
    public void The_probe_makes_a_plausible_share_for_every_modern_group()
    {
        foreach (NamedGroup group in NamedGroup.All.Where(static g => g.IsTls13))
        {
            byte[] share = ProbeKeyShares.Make(group);
            int expected = group.Value switch
            {
                0x0017 => 65,
                0x0018 => 97,
                0x0019 => 133,
                0x001E => 56,
                0x0100 => 256,
                0x0104 => 1024,
                0x0201 => 1184,
                0x11EB => 65 + 1184,
                0x11EC => 1184 + 32,
                0x11ED => 97 + 1568,
                _ => share.Length,
            };
            share.Length.ShouldBe(expected, group.Name);
        }
    }

    [Fact]
    public void A_request_that_fits_no_length_field_is_the_callers_mistake() =>
        Should.Throw<ArgumentOutOfRangeException>(static () => Message(new HelloRequest { SessionId = [.. new byte[256]] }));

    private static byte[] Message(HelloRequest request) =>
        ClientHelloEncoder.Encode(request, new ClientHelloParts { Random = Random, KeyShares = ProbeKeyShares.For(request) }).Message;

    private static ParsedClientHello Encode(HelloRequest request) => ParsedClientHello.Read(Message(request));
}

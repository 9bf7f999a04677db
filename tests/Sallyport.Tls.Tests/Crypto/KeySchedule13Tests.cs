using System;
using System.Security.Cryptography;
using Sallyport.Tls.Crypto;

namespace Sallyport.Tls.Tests.Crypto;

/// <summary>The traces of RFC 8448, sections 3 and 4.</summary>
public sealed class KeySchedule13Tests
{
    private const string ClientHello = "010000c00303cb34ecb1e78163ba1c38c6dacb196a6dffa21a8d9912ec18a2ef6283024dece7000006130113031302010000910000000b0009000006736572766572ff01000100000a00140012001d0017001800190100010101020103010400230000003300260024001d002099381de560e4bd43d23d8e435a7dbafeb3c06e51c13cae4d5413691e529aaf2c002b0003020304000d0020001e040305030603020308040805080604010501060102010402050206020202002d00020101001c00024001";
    private const string ServerHello = "020000560303a6af06a4121860dc5e6e60249cd34c95930c8ac5cb1434dac155772ed3e2692800130100002e00330024001d0020c9828876112095fe66762bdbf7c672e156d6cc253b833df1dd69b1b04e751f0f002b00020304";
    private const string ToCertificateVerify = "080000240022000a00140012001d001700180019010001010102010301040"
        + "01c00024001000000000b0001b9000001b50001b0308201ac30820115a003020102020102300d06092a864886f70d01010b0500300e310c300a06035504031303727361301e170d3136303733303031323335395a170d3236303733303031323335395a300e310c300a0603550403130372736130819f300d06092a864886f70d010101050003818d0030818902818100b4bb498f8279303d980836399b36c6988c0c68de55e1bdb826d3901a2461eafd2de49a91d015abbc9a95137ace6c1af19eaa6af98c7ced43120998e187a80ee0ccb0524b1b018c3e0b63264d449a6d38e22a5fda430846748030530ef0461c8ca9d9efbfae8ea6d1d03e2bd193eff0ab9a8002c47428a6d35a8d88d79f7f1e3f0203010001a31a301830090603551d1304023000300b0603551d0f0404030205a0300d06092a864886f70d01010b05000381810085aad2a0e5b9276b908c65f73a7267170618a54c5f8a7b337d2df7a594365417f2eae8f8a58c8f8172f9319cf36b7fd6c55b80f21a03015156726096fd335e5e67f2dbf102702e608ccae6bec1fc63a42a99be5c3eb7107c3c54e9b9eb2bd5203b1c3b84e0a8b2f759409ba3eac9d91d402dcc0cc8f8961229ac9187b42b4de10000"
        + "0f000084080400805a747c5d88fa9bd2e55ab085a61015b7211f824cd484145ab3ff52f1fda8477b0b7abc90db78e2d33a5c141a078653fa6bef780c5ea248eeaaa785c4f394cab6d30bbe8d4859ee511f602957b15411ac027671459e46445c9ea58c181e818e95b8c3fb0bf3278409d3be152a3da5043e063dda65cdf5aea20d53dfacd42f74f3";
    private const string ServerFinished = "140000209b9b141d906337fbd2cbdce71df4deda4ab42c309572cb7fffee5454b78f0718";
    private const string ClientFinished = "14000020a8ec436d677634ae525ac1fcebe11a039ec17694fac6e98527b642f2edd5ce61";
    private static readonly HashAlgorithmName _hash = HashAlgorithmName.SHA256;

    [Fact]
    public void Follows_the_simple_handshake_from_the_key_share_to_the_traffic_secrets()
    {
        byte[] shared = X25519.SharedSecret(
            Bytes("49af42ba7f7994852d713ef2784bcbcaa7911de26adc5642cb634540e7ea5005"),
            Bytes("c9828876112095fe66762bdbf7c672e156d6cc253b833df1dd69b1b04e751f0f")).ShouldNotBeNull();
        byte[] early = KeySchedule13.EarlySecret(_hash, []);
        byte[] handshake = KeySchedule13.HandshakeSecret(_hash, early, shared);
        byte[] master = KeySchedule13.MasterSecret(_hash, handshake);
        byte[] helloHash = HashOf(ClientHello + ServerHello);
        byte[] serverTraffic = KeySchedule13.DeriveSecret(_hash, handshake, "s hs traffic", helloHash);
        byte[] finishedHash = HashOf(ClientHello + ServerHello + ToCertificateVerify + ServerFinished);
        byte[] clientTraffic = KeySchedule13.DeriveSecret(_hash, handshake, "c hs traffic", helloHash);

        Text(early).ShouldBe("33ad0a1c607ec03b09e6cd9893680ce210adf300aa1f2660e1b22e10f170f92a");
        Text(handshake).ShouldBe("1dc826e93606aa6fdc0aadc12f741b01046aa6b99f691ed221a9f0ca043fbeac");
        Text(master).ShouldBe("18df06843d13a08bf2a449844c5f8a478001bc4d4c627984d5a41da8d0402919");
        Text(clientTraffic).ShouldBe("b3eddb126e067f35a780b3abf45e2d8f3b1a950738f52e9600746a0e27a55a21");
        Text(serverTraffic).ShouldBe("b67b7d690cc16c4e75e54213cb2d37b4e9c912bcded9105d42befd59d391ad38");
        Text(KeySchedule13.ExpandLabel(_hash, serverTraffic, "key", [], 16)).ShouldBe("3fce516009c21727d0f2e4e86ee403bc");
        Text(KeySchedule13.ExpandLabel(_hash, serverTraffic, "iv", [], 12)).ShouldBe("5d313eb2671276ee13000b30");
        Text(KeySchedule13.FinishedMac(_hash, serverTraffic, HashOf(ClientHello + ServerHello + ToCertificateVerify))).ShouldBe(ServerFinished[8..]);
        Text(KeySchedule13.FinishedMac(_hash, clientTraffic, finishedHash)).ShouldBe(ClientFinished[8..]);
        Text(KeySchedule13.DeriveSecret(_hash, master, "c ap traffic", finishedHash)).ShouldBe("9e40646ce79a7f9dc05af8889bce6552875afa0b06df0087f792ebb7c17504a5");
        Text(KeySchedule13.DeriveSecret(_hash, master, "s ap traffic", finishedHash)).ShouldBe("a11af9f05531f856ad47116b45a950328204b4f44bfb6b3a4b4f1f3fcb631643");
    }

    [Fact]
    public void Follows_the_resumed_handshake_from_the_ticket_to_the_binder_and_early_data()
    {
        byte[] resumption = KeySchedule13.DeriveSecret(
            _hash,
            Bytes("18df06843d13a08bf2a449844c5f8a478001bc4d4c627984d5a41da8d0402919"),
            "res master",
            HashOf(ClientHello + ServerHello + ToCertificateVerify + ServerFinished + ClientFinished));
        byte[] psk = KeySchedule13.ResumptionPsk(_hash, resumption, [0, 0]);
        byte[] early = KeySchedule13.EarlySecret(_hash, psk);
        byte[] binder = KeySchedule13.FinishedMac(_hash, KeySchedule13.BinderKey(_hash, early), Bytes("63224b2e4573f2d3454ca84b9d009a04f6be9e05711a8396473aefa01e924a14"));

        Text(resumption).ShouldBe("7df235f2031d2a051287d02b0241b0bfdaf86cc856231f2d5aba46c434ec196c");
        Text(psk).ShouldBe("4ecd0eb6ec3b4d87f5d6028f922ca4c5851a277fd41311c9e62d2c9492e1c4f3");
        Text(early).ShouldBe("9b2188e9b2fc6d64d71dc329900e20bb41915000f678aa839cbb797cb7d8332c");
        Text(binder).ShouldBe("3add4fb2d8fdf822a0ca3cf7678ef5e88dae990141c5924d57bb6fa31b9e5f9d");
    }

    [Fact]
    public void Verifies_the_signature_of_the_trace_and_no_other()
    {
        byte[] flight = Bytes(ToCertificateVerify);
        byte[] certificate = flight[(40 + 4 + 1 + 3 + 3)..(40 + 4 + 1 + 3 + 3 + 0x1b0)];
        byte[] content = Sallyport.Tls.Client.Handshake13.SignedContent(
            client: false, HashOf(ClientHello + ServerHello + ToCertificateVerify[..(2 * (40 + 0x1b9 + 4))]));
        byte[] signature = flight[^128..];

        HandshakeSignature.Verify(certificate, SignatureScheme.RsaPssRsaeSha256, content, signature).ShouldBe(true);
        HandshakeSignature.Verify(certificate, SignatureScheme.RsaPkcs1Sha256, content, signature).ShouldBe(false);
        HandshakeSignature.Verify(certificate, SignatureScheme.EcdsaSecp256R1Sha256, content, signature).ShouldBe(false);
        HandshakeSignature.Verify(certificate, SignatureScheme.RsaPssRsaeSha256, [.. content, 0], signature).ShouldBe(false);
        HandshakeSignature.Verify([1, 2, 3], SignatureScheme.RsaPssRsaeSha256, content, signature).ShouldBeNull();
    }

    private static byte[] Bytes(string hex) => Convert.FromHexString(hex);

    private static string Text(byte[] bytes) => Convert.ToHexStringLower(bytes);

    private static byte[] HashOf(string hex) => SHA256.HashData(Bytes(hex));
}

using System;
using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;

namespace Sallyport.Certificates.Tests;

public sealed class ClientCertHeaderTests
{
    [Fact]
    public void Round_trips_a_certificate()
    {
        byte[] der = Minted.SelfSigned();
        string value = ClientCertHeader.Encode(der);
        value.ShouldBe(":" + Convert.ToBase64String(der) + ":");
        ClientCertHeader.TryDecode(value, out byte[]? back).ShouldBeTrue();
        back.ShouldBe(der);
    }

    [Fact]
    public void Round_trips_a_chain_in_order()
    {
        byte[] first = Minted.SelfSigned("CN=1");
        byte[] second = Minted.SelfSigned("CN=2");
        string value = ClientCertHeader.EncodeChain([first, second]);
        ClientCertHeader.TryDecodeChain(value, out ImmutableArray<byte[]> chain).ShouldBeTrue();
        chain.ShouldBe([first, second]);
        ClientCertHeader.EncodeChain([]).ShouldBe("");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("::")]
    [InlineData(":")]
    [InlineData("MAA=")]
    [InlineData(":MAA=")]
    [InlineData("MAA=:")]
    [InlineData(":MAA:")]
    [InlineData(":MAB=:")]
    [InlineData(":MA A=:")]
    [InlineData(":MAA=\n:")]
    [InlineData(":MAA=:;a=1")]
    [InlineData(":MAA=:, :MAA=:")]
    [InlineData("\t:MAA=:")]
    [InlineData("\":MAA=:\"")]
    [InlineData(":MAAA:")]
    [InlineData(":AAAA:")]
    [InlineData("-----BEGIN CERTIFICATE-----")]
    [InlineData("%3AMAA%3D%3A")]
    public void Refuses_everything_but_one_canonical_byte_sequence(string? value)
    {
        ClientCertHeader.TryDecode(value, out byte[]? der).ShouldBeFalse();
        der.ShouldBeNull();
    }

    [Fact]
    public void Allows_spaces_around_the_item_only()
    {
        ClientCertHeader.TryDecode("  :MAA=:  ", out byte[]? der).ShouldBeTrue();
        der.ShouldBe([0x30, 0]);
    }

    [Theory]
    [InlineData("")]
    [InlineData(",")]
    [InlineData(":MAA=:,")]
    [InlineData(",:MAA=:")]
    [InlineData(":MAA=: :MAA=:")]
    [InlineData("(:MAA=:)")]
    [InlineData(":MAA=:,:MAA=:,:MAA=:,:MAA=:,:MAA=:,:MAA=:,:MAA=:,:MAA=:,:MAA=:,:MAA=:,:MAA=:")]
    public void Refuses_a_bad_chain(string value)
    {
        ClientCertHeader.TryDecodeChain(value, out ImmutableArray<byte[]> chain).ShouldBeFalse();
        chain.ShouldBeEmpty();
    }

    [Fact]
    public void Refuses_what_is_larger_than_its_limit()
    {
        byte[] large = new byte[ClientCertHeader.MaxCertificateBytes + 1];
        (large[0], large[1], large[2], large[3]) = (0x30, 0x82, 0x3f, 0xfd);
        ClientCertHeader.TryDecode(ClientCertHeader.Encode(large), out _).ShouldBeFalse();
        large[3] = 0xfc;
        ClientCertHeader.TryDecode(ClientCertHeader.Encode(large.AsSpan()[..^1]), out _).ShouldBeTrue();
        ClientCertHeader.TryDecode(new string('A', 10_000_000), out _).ShouldBeFalse();
        ClientCertHeader.TryDecodeChain(new string(',', 10_000_000), out _).ShouldBeFalse();
        Should.Throw<ArgumentException>(static () => ClientCertHeader.Encode([]));
    }

    [Fact]
    public void Never_throws_on_any_text() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(200),
        Prop.ForAll(ArbMap.Default.ArbFor<string>(), static text =>
        {
            bool one = ClientCertHeader.TryDecode(text, out byte[]? der);
            bool colons = ClientCertHeader.TryDecode(":" + text + ":", out _);
            bool many = ClientCertHeader.TryDecodeChain(text, out ImmutableArray<byte[]> chain);
            return (der is not null) == one && (many || chain.IsEmpty) && (!colons || text is not null);
        }));
}

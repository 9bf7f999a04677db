using System;
using System.Linq;
using Sallyport.Tls.Crypto;

namespace Sallyport.Tls.Tests.Crypto;

public sealed class X25519Tests
{
    [Theory]
    [InlineData("a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4", "e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c", "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552")]
    [InlineData("4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d", "e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493", "95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957")]
    public void Multiplies_as_in_section_5_2_of_rfc_7748(string scalar, string u, string expected) =>
        Multiply(scalar, u).ShouldBe(expected);

    [Theory]
    [InlineData(1, "422c8e7a6227d7bca1350b3e2bb7279f7897b87bb6854b783c60e80311ae3079")]
    [InlineData(1000, "684cf59ba83309552800ef566f2f4d3c1c3887c49360e3875f2eb94d99532c51")]
    public void Iterates_as_in_section_5_2_of_rfc_7748(int times, string expected)
    {
        byte[] k = [9, .. new byte[31]];
        byte[] u = k;
        for (int i = 0; i < times; i++)
        {
            var result = new byte[X25519.Length];
            X25519.ScalarMultiply(k, u, result);
            (k, u) = (result, k);
        }

        Convert.ToHexStringLower(k).ShouldBe(expected);
    }

    [Fact]
    public void Agrees_as_in_section_6_1_of_rfc_7748()
    {
        byte[] alice = Convert.FromHexString("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a");
        byte[] bob = Convert.FromHexString("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb");
        byte[] shared = Convert.FromHexString("4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742");

        Convert.ToHexStringLower(X25519.PublicKey(alice)).ShouldBe("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a");
        Convert.ToHexStringLower(X25519.PublicKey(bob)).ShouldBe("de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f");
        X25519.SharedSecret(alice, X25519.PublicKey(bob)).ShouldBe(shared);
        X25519.SharedSecret(bob, X25519.PublicKey(alice)).ShouldBe(shared);
    }

    [Theory]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("0100000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800")]
    [InlineData("5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157")]
    [InlineData("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")]
    [InlineData("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")]
    [InlineData("eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000080")]
    [InlineData("0100000000000000000000000000000000000000000000000000000000000080")]
    [InlineData("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b880")]
    [InlineData("5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f11d7")]
    [InlineData("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff")]
    [InlineData("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff")]
    [InlineData("eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff")]
    public void Refuses_every_point_of_low_order(string u)
    {
        for (int i = 0; i < 8; i++)
        {
            X25519.SharedSecret(X25519.NewPrivateKey(), Convert.FromHexString(u)).ShouldBeNull();
        }
    }

    [Fact]
    public void Takes_a_coordinate_that_is_not_reduced_for_its_reduced_self()
    {
        byte[] key = X25519.NewPrivateKey();
        for (byte offset = 2; offset < 19; offset++)
        {
            byte[] small = [offset, .. new byte[31]];
            byte[] notReduced = [(byte)(0xED + offset), .. Enumerable.Repeat((byte)0xFF, 30), 0x7F];

            X25519.SharedSecret(key, notReduced).ShouldBe(X25519.SharedSecret(key, small), $"the prime plus {offset}");
        }
    }

    [Fact]
    public void Ignores_the_top_bit_of_the_coordinate()
    {
        byte[] key = X25519.NewPrivateKey();
        byte[] peer = X25519.PublicKey(X25519.NewPrivateKey());
        byte[] marked = [.. peer[..31], (byte)(peer[31] | 0x80)];

        X25519.SharedSecret(key, marked).ShouldBe(X25519.SharedSecret(key, peer));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(33)]
    public void Refuses_a_peer_of_another_length(int length) =>
        X25519.SharedSecret(X25519.NewPrivateKey(), new byte[length]).ShouldBeNull();

    [Fact]
    public void Two_sides_agree_whatever_their_keys()
    {
        for (int i = 0; i < 50; i++)
        {
            byte[] a = X25519.NewPrivateKey();
            byte[] b = X25519.NewPrivateKey();

            byte[] shared = X25519.SharedSecret(a, X25519.PublicKey(b)).ShouldNotBeNull();
            shared.ShouldBe(X25519.SharedSecret(b, X25519.PublicKey(a)));
        }
    }

    private static string Multiply(string scalar, string u)
    {
        var result = new byte[X25519.Length];
        X25519.ScalarMultiply(Convert.FromHexString(scalar), Convert.FromHexString(u), result);
        return Convert.ToHexStringLower(result);
    }
}

using System;
using System.Text;
using System.Threading;
using Sallyport.Scan.Jose;

namespace Sallyport.Scan.Tests.Jose;

public sealed class HmacDictionaryTests
{
    [Theory]
    [InlineData("HS256", "secret")]
    [InlineData("HS384", "jwt_secret2024")]
    [InlineData("HS512", "Changeme123")]
    [InlineData("HS256", "your-256-bit-secret")]
    [InlineData("HS256", "THIS IS USED TO SIGN AND VERIFY JWT TOKENS, REPLACE IT WITH YOUR OWN SECRET, IT CAN BE ANY STRING")]
    [InlineData("HS256", "Orders-secret")]
    [InlineData("HS256", "your-256-bit-secret-your-256-bit-secret")]
    public void Finds_what_nobody_should_have_used(string algorithm, string secret)
    {
        HmacSearch result = Search(algorithm, Encoding.UTF8.GetBytes(secret));
        Encoding.UTF8.GetString(result.Key.ShouldNotBeNull()).ShouldBe(secret);
        result.Complete.ShouldBeTrue();
        result.ToString().ShouldNotContain(secret);
    }

    [Fact]
    public void Finds_a_default_that_was_meant_as_base64() =>
        Search("HS256", Convert.FromBase64String("VGhpc0lzTXlDdXN0b21TZWNyZXRLZXkwMTIzNDU2Nzg=")).Key.ShouldNotBeNull();

    [Fact]
    public void A_random_secret_is_not_found_and_every_candidate_was_tried()
    {
        byte[] secret = new byte[32];
        new Random(4).NextBytes(secret);
        HmacSearch result = Search("HS256", secret);
        result.Key.ShouldBeNull();
        result.Complete.ShouldBeTrue();
        result.Tried.ShouldBe(HmacDictionary.With(["https://orders.example/"]).Count);
    }

    [Fact]
    public void It_stops_when_its_time_is_over_and_says_so()
    {
        HmacSearch result = Search("HS256", new byte[40], TimeSpan.FromTicks(1));
        result.Key.ShouldBeNull();
        result.Complete.ShouldBeFalse();
    }

    [Fact]
    public void The_users_cancel_is_no_answer()
    {
        using CancellationTokenSource cancelled = new();
        cancelled.Cancel();
        Should.Throw<OperationCanceledException>(() =>
            HmacDictionary.With([]).Search(Token("HS256", [1]), TimeSpan.FromMinutes(1), TimeProvider.System, cancelled.Token));
    }

    [Fact]
    public void The_probe_is_HMAC_for_keys_of_every_length()
    {
        foreach (string algorithm in new[] { "HS256", "HS384", "HS512" })
        {
            for (int length = 0; length < 300; length += 7)
            {
                byte[] key = new byte[length];
                new Random(length).NextBytes(key);
                JsonWebToken token = Token(algorithm, key);
                var probe = new HmacProbe(algorithm, token.SigningInput, token.Signature.ToArray());
                probe.Fits(key).ShouldBeTrue($"{algorithm}, {length} bytes");
                probe.Fits([.. key, 1]).ShouldBeFalse();
            }
        }
    }

    private static HmacSearch Search(string algorithm, byte[] secret, TimeSpan? budget = null) =>
        HmacDictionary.With(["https://orders.example/"]).Search(Token(algorithm, secret), budget ?? TimeSpan.FromMinutes(2), TimeProvider.System, TestContext.Current.CancellationToken);

    private static JsonWebToken Token(string algorithm, byte[] secret)
    {
        string text = JsonWebToken.Sign(JoseObject.Of("""{"alg":"HS256"}"""), JoseObject.Of("""{"sub":"alice"}"""), JwsSigner.Hmac(algorithm, secret));
        JsonWebToken.TryParse(text, out JsonWebToken? token, out string? fault).ShouldBeTrue(fault);
        return token!; // asserted
    }
}

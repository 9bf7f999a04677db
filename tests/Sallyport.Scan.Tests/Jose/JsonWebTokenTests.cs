using System;
using System.Linq;
using System.Text;
using Sallyport.Scan.Jose;

namespace Sallyport.Scan.Tests.Jose;

public sealed class JsonWebTokenTests
{
    // RFC 7515, appendix A.1.
    private const string Header = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9";
    private const string Payload = "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
    private const string Signature = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    private const string Key = "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow";

    private static readonly string s_rfc = $"{Header}.{Payload}.{Signature}";

    [Fact]
    public void Reads_and_signs_the_example_of_RFC_7515_byte_for_byte()
    {
        JsonWebToken token = Parsed(s_rfc);
        token.Algorithm.ShouldBe("HS256");
        token.Claims.Text("iss").ShouldBe("joe");
        token.Claims.Number("exp").ShouldBe(1300819380);
        JsonWebToken.Sign(token.Header, token.Claims, JwsSigner.Hmac("HS256", Base64UrlText.Decode(Key) ?? [])).ShouldBe(s_rfc);
    }

    [Fact]
    public void A_turned_bit_is_in_the_first_byte_of_the_signature()
    {
        JsonWebToken turned = Parsed(Parsed(s_rfc).WithTurnedBit());
        turned.Signature[0].ShouldBe((byte)(Parsed(s_rfc).Signature[0] ^ 1));
        turned.Signature[1..].SequenceEqual(Parsed(s_rfc).Signature[1..]).ShouldBeTrue();
        turned.SigningInput.ShouldBe(Parsed(s_rfc).SigningInput);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a.b")]
    [InlineData("a.b.c.d")]
    [InlineData("e30.e30.=")]
    [InlineData("e30 .e30.")]
    [InlineData("e31.e30.")]
    [InlineData("W10.e30.")]
    [InlineData("e30.W10.")]
    [InlineData("0123456789abcdef")]
    public void What_is_no_token_is_refused_with_a_reason(string text)
    {
        JsonWebToken.TryParse(text, out JsonWebToken? token, out string? fault).ShouldBeFalse();
        token.ShouldBeNull();
        fault.ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public void An_encrypted_token_is_told_from_a_broken_one()
    {
        JsonWebToken.TryParse("e30.AA.AA.AA.AA", out _, out string? fault).ShouldBeFalse();
        fault.ShouldNotBeNull().ShouldContain("encrypted");
    }

    [Fact]
    public void Never_throws_whatever_comes()
    {
        var random = new Random(7515);
        for (int round = 0; round < 20_000; round++)
        {
            char[] text = s_rfc.ToCharArray();
            for (int edit = random.Next(1, 6); edit > 0; edit--)
            {
                text[random.Next(text.Length)] = (char)random.Next(round % 2 == 0 ? 0x7F : 0xFFFF);
            }

            string mutated = new(text, 0, random.Next(text.Length + 1));
            JsonWebToken.TryParse(mutated, out JsonWebToken? token, out string? fault).ShouldBe(token is not null);
            (token is null).ShouldBe(fault is not null);
        }

        byte[] bytes = new byte[64];
        for (int round = 0; round < 20_000; round++)
        {
            random.NextBytes(bytes);
            byte[] claims = round % 3 == 0 ? bytes : [.. "{\"a\":\""u8, .. bytes.AsSpan(0, random.Next(20)), .. "\"}"u8];
            _ = JsonWebToken.TryParse($"{Header}.{Base64UrlText.Encode(claims)}.", out JsonWebToken? token, out _);
            _ = token?.Claims.AllTexts().Count();
            _ = token?.Claims.Texts("a");
            _ = token?.BoundCertificate;
        }
    }

    [Fact]
    public void Never_shows_itself()
    {
        Parsed(s_rfc).ToString().ShouldNotContain(Payload);
        Encoding.ASCII.GetString(Parsed(s_rfc).SigningInput).ShouldBe($"{Header}.{Payload}");
    }

    private static JsonWebToken Parsed(string text)
    {
        JsonWebToken.TryParse(text, out JsonWebToken? token, out string? fault).ShouldBeTrue(fault);
        return token!; // asserted
    }
}

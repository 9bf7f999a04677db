using System;
using System.Linq;
using System.Text;
using System.Threading.Tasks;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.Primitives;

namespace Sallyport.AspNetCore.Tests.Tokens;

/// <summary>No octets in Authorization make the gate throw, and none of them get by.</summary>
public sealed class TokenFuzzTests : IClassFixture<TokenRefusalTests.Shared>, IDisposable
{
    private readonly TokenLab _lab;

    public TokenFuzzTests(TokenRefusalTests.Shared shared) => _lab = new TokenLab(shared.Callers);

    [Fact]
    public void No_header_lines_are_taken_or_make_it_throw() =>
        Prop.ForAll<byte[][]>(lines =>
        {
            string[] texts = [.. (lines ?? []).Select(line => Encoding.Latin1.GetString(line ?? []))];
            string[] asBearer = [.. texts.Select(text => "Bearer " + text)];
            return !Served(new StringValues(texts)) && (asBearer.Length == 0 || !Served(new StringValues(asBearer)));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(200));

    [Fact]
    public void No_octets_in_the_parts_are_taken_or_make_it_throw() =>
        Prop.ForAll<byte[], byte[], byte[]>((header, claims, signature) =>
            !Served($"Bearer {TokenForge.Encode(header ?? [])}.{TokenForge.Encode(claims ?? [])}.{TokenForge.Encode(signature ?? [])}"))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(200));

    [Fact]
    public void No_single_changed_octet_of_a_good_token_is_taken()
    {
        var random = new Random(20_261_129);
        string good = _lab.Token();
        for (int turn = 0; turn < 600; turn++)
        {
            char[] changed = good.ToCharArray();
            int at = random.Next(changed.Length);
            changed[at] = (char)random.Next(256);
            if (changed[at] != good[at])
            {
                Served("Bearer " + new string(changed)).ShouldBeFalse($"{at}: {(int)changed[at]}");
            }
        }
    }

    [Fact]
    public void No_signed_damage_makes_it_throw()
    {
        // Inside the signature: whatever an issuer may write by mistake.
        var random = new Random(20_261_130);
        byte[] header = Encoding.UTF8.GetBytes(TokenForge.Header().ToJsonString());
        byte[] claims = Encoding.UTF8.GetBytes(_lab.Claims().ToJsonString());
        for (int turn = 0; turn < 400; turn++)
        {
            byte[] damaged = [.. claims];
            damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            Served("Bearer " + _lab.Forge.SignParts(TokenForge.Encode(header), TokenForge.Encode(damaged))); // returns
        }

        string[] texts = ["{\"iss\":\"\\uD800\"}", "{\"\\uD800\":1}", "{\"aud\":[[[]]]}", "{\"exp\":-1}", "{\"exp\":1e999}", "{\"exp\":12345678901234567890}", "null", "[]", "\"x\"", "\uFEFF{}"];
        foreach (string text in texts)
        {
            Served("Bearer " + _lab.Forge.Sign(TokenForge.Header().ToJsonString(), text)).ShouldBeFalse(text);
        }
    }

    public void Dispose() => _lab.Dispose();

    // The endpoint asks for a token: without one that counts, nothing is served.
    private bool Served(StringValues lines)
    {
        Task<TokenLab.Answer> answer = _lab.SendLinesAsync(lines, _lab.Callers.Alice, new TokenLab.Demand("read"));
        answer.IsCompletedSuccessfully.ShouldBeTrue(answer.Exception?.ToString());
        return answer.GetAwaiter().GetResult().Served;
    }
}

using System;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using FsCheck;
using FsCheck.Fluent;
using Sallyport.AspNetCore.Tokens;

namespace Sallyport.AspNetCore.Tests.Tokens;

public sealed class JsonWebKeysTests : IClassFixture<TokenRefusalTests.Shared>, IDisposable
{
    private readonly TokenForge _forge = new();
    private readonly TokenRefusalTests.Shared _shared;

    public JsonWebKeysTests(TokenRefusalTests.Shared shared) => _shared = shared;

    [Theory]
    [InlineData("nistP256", "P-256", "ES256")]
    [InlineData("nistP384", "P-384", "ES384")]
    [InlineData("nistP521", "P-521", "ES512")]
    public void A_curve_is_fixed_to_its_algorithm(string name, string curve, string algorithm)
    {
        using ECDsa key = ECDsa.Create(ECCurve.CreateFromFriendlyName(name));
        JsonWebKeys.Read(TokenForge.KeySet(TokenForge.PublicKey(key, ("crv", curve))), out string? problem).Single().Algorithms.ShouldBe([algorithm]);
        problem.ShouldBeNull();
    }

    [Fact]
    public void An_rsa_key_is_fixed_to_what_it_says()
    {
        JsonWebKeys.Read(TokenForge.KeySet(Rsa(2_048, ("alg", "PS256"))), out _).Single().Algorithms.ShouldBe(["PS256"]);
        JsonWebKeys.Read(TokenForge.KeySet(Rsa(2_048)), out _).Single().Algorithms.ShouldBe(["PS256", "PS384", "PS512", "RS256", "RS384", "RS512"]);
    }

    [Fact]
    public void What_is_weak_secret_for_something_else_or_no_key_is_left_out()
    {
        JsonObject[] useless =
        [
            Rsa(1_024), Rsa(2_048, ("e", "AQ")), Rsa(2_048, ("alg", "HS256")), Rsa(2_048, ("alg", "ES256")), Rsa(2_048, ("use", "enc")),
            _forge.PublicKey(("d", "AAAA")), _forge.PublicKey(("use", "enc")), _forge.PublicKey(("key_ops", new JsonArray("sign"))),
            _forge.PublicKey(("alg", "ES384")), _forge.PublicKey(("alg", "HS256")), _forge.PublicKey(("crv", "P-384")), _forge.PublicKey(("crv", "secp256k1")),
            _forge.PublicKey(("x", TokenForge.Encode(new byte[32]))), _forge.PublicKey(("x", "!")), _forge.PublicKey(("y", null)), _forge.PublicKey(("kty", "oct"), ("k", "AAAA")),
        ];
        foreach (JsonObject key in useless)
        {
            JsonWebKeys.Read(TokenForge.KeySet(key), out string? problem).ShouldBeEmpty(key.ToJsonString());
            problem.ShouldNotBeNull();
        }

        JsonWebKeys.Read(TokenForge.KeySet([.. useless, _forge.PublicKey()]), out string? fine).Length.ShouldBe(1);
        fine.ShouldBeNull();
    }

    [Theory]
    [InlineData("""{"keys":[{"kty":"\ud800"}]}""")]
    [InlineData("""{"keys":[{"kty":"EC","kid":"\ud800","crv":"P-256"}]}""")]
    [InlineData("""{"keys":[{"\udc00":1,"kty":"EC","use":"\ud800"}]}""")]
    [InlineData("""{"\ud800":[]}""")]
    public void Text_that_is_no_Unicode_spoils_the_set_and_throws_nothing(string set)
    {
        JsonWebKeys.Read(Encoding.UTF8.GetBytes(set), out string? problem).ShouldBeEmpty();
        problem.ShouldNotBeNull();
    }

    [Fact]
    public void Two_keys_of_one_name_and_algorithm_spoil_the_set()
    {
        using var other = new TokenForge();
        JsonWebKeys.Read(TokenForge.KeySet(_forge.PublicKey(), other.PublicKey()), out string? problem).ShouldBeEmpty();
        problem.ShouldNotBeNull().ShouldContain("k1");
    }

    [Fact]
    public void A_token_without_a_key_name_means_the_only_key_that_would_do()
    {
        using var other = new TokenForge();
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        new KeySet(JsonWebKeys.Read(TokenForge.KeySet(_forge.PublicKey()), out _), now).Find(null, "ES256").ShouldNotBeNull();
        new KeySet(JsonWebKeys.Read(TokenForge.KeySet(_forge.PublicKey()), out _), now).Find(null, "RS256").ShouldBeNull();
        new KeySet(JsonWebKeys.Read(TokenForge.KeySet(_forge.PublicKey(), other.PublicKey(("kid", "k2"))), out _), now).Find(null, "ES256").ShouldBeNull();
    }

    [Fact]
    public void A_key_that_is_read_again_is_the_same_and_any_other_is_not()
    {
        using var other = new TokenForge();
        VerificationKey One(JsonObject key) => JsonWebKeys.Read(TokenForge.KeySet(key), out _).Single();
        One(_forge.PublicKey()).ShouldBe(One(_forge.PublicKey(("alg", "ES256"))));
        One(_forge.PublicKey()).ShouldNotBe(One(_forge.PublicKey(("kid", "k2"))));
        One(_forge.PublicKey()).ShouldNotBe(One(_forge.PublicKey(("kid", null))));
        One(_forge.PublicKey()).ShouldNotBe(One(other.PublicKey()));
    }

    [Fact]
    public async Task An_rsa_key_for_pss_takes_no_pkcs_1_signature()
    {
        using RSA rsa = RSA.Create(2_048);
        using var lab = new TokenLab(_shared.Callers);
        lab.Publish(Public(rsa, ("alg", "PS256")));
        string Token(string algorithm, RSASignaturePadding padding)
        {
            string input = $"{TokenForge.Encode(TokenForge.Header(("alg", algorithm)).ToJsonString())}.{TokenForge.Encode(lab.Claims().ToJsonString())}";
            return $"{input}.{TokenForge.Encode(rsa.SignData(Encoding.ASCII.GetBytes(input), HashAlgorithmName.SHA256, padding))}";
        }

        (await lab.SendAsync(Token("PS256", RSASignaturePadding.Pss), lab.Callers.Alice)).Reason.ShouldBeNull();
        await lab.ShouldRefuseAsync(Token("RS256", RSASignaturePadding.Pkcs1), "key-unknown");
        await lab.ShouldRefuseAsync(Token("PS256", RSASignaturePadding.Pkcs1), "signature-wrong");
    }

    [Fact]
    public void No_octets_make_it_throw() =>
        Prop.ForAll<byte[]>(bytes =>
        {
            JsonWebKeys.Read(bytes, out string? problem).ShouldBeEmpty();
            return problem is not null;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(200));

    [Fact]
    public void No_change_to_a_set_makes_it_throw()
    {
        var random = new Random(20_261_129);
        byte[] set = TokenForge.KeySet(_forge.PublicKey(), Rsa(2_048, ("kid", "r")));
        for (int turn = 0; turn < 2_000; turn++)
        {
            byte[] damaged = [.. set];
            damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            JsonWebKeys.Read(damaged, out _).Length.ShouldBeLessThanOrEqualTo(2);
        }
    }

    public void Dispose() => _forge.Dispose();

    private static JsonObject Rsa(int bits, params (string Name, JsonNode? Value)[] changes)
    {
        using RSA rsa = RSA.Create(bits);
        return Public(rsa, changes);
    }

    private static JsonObject Public(RSA rsa, params (string Name, JsonNode? Value)[] changes)
    {
        RSAParameters numbers = rsa.ExportParameters(false);
        var key = new JsonObject { ["kty"] = "RSA", ["kid"] = "k1", ["n"] = TokenForge.Encode(numbers.Modulus), ["e"] = TokenForge.Encode(numbers.Exponent) };
        foreach (var (name, value) in changes)
        {
            key[name] = value;
        }

        return key;
    }
}

using System;
using System.Linq;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Microsoft.Extensions.Primitives;
using Sallyport.AspNetCore.Tokens;

namespace Sallyport.AspNetCore.Tests.Tokens;

/// <summary>Every shape of the catalogue's JWT rows is refused, beside a control that is taken; the caller hears one answer for all.</summary>
public sealed class TokenRefusalTests : IClassFixture<TokenRefusalTests.Shared>, IDisposable
{
    private readonly TokenLab _lab;

    public TokenRefusalTests(Shared shared) => _lab = new TokenLab(shared.Callers);

    [Theory]
    [InlineData("{\"note\":\"\\ud800\"}")]
    [InlineData("{\"\\udc00\":1}")]
    [InlineData("[{\"deep\":[\"\\udbff\\u0041\"]}]")]
    public async Task Text_that_is_no_Unicode_anywhere_in_a_token_refuses_it_before_anybody_asks_for_it(string claim)
    {
        string claims = _lab.Claims().ToJsonString();
        await _lab.ShouldRefuseAsync(_lab.Forge.Sign(TokenForge.Header().ToJsonString(), $"{claims[..^1]},\"extra\":{claim}}}"), "claims-refused");
        string header = TokenForge.Header().ToJsonString();
        await _lab.ShouldRefuseAsync(_lab.Forge.Sign($"{header[..^1]},\"extra\":{claim}}}", claims), "claims-refused");
        (await _lab.SendAsync(_lab.Forge.Sign(header, $"{claims[..^1]},\"extra\":\"\\ud83d\\ude00\"}}"), _lab.Callers.Alice)).Token
            .ShouldNotBeNull().TryGetClaim("extra", out var whole).ShouldBeTrue();
        whole.GetString().ShouldBe("\U0001F600");
    }

    [Fact]
    public async Task The_control_is_taken()
    {
        TokenLab.Answer answer = await _lab.SendAsync(_lab.Token(), _lab.Callers.Alice, new TokenLab.Demand("read"));
        answer.Reason.ShouldBeNull();
        answer.Served.ShouldBeTrue();
        answer.Token.ShouldNotBeNull().Subject.ShouldBe("alice");
    }

    [Theory]
    [InlineData("none")]
    [InlineData("None")]
    [InlineData("NONE")]
    [InlineData("nOnE")]
    [InlineData("")]
    public async Task JWT_001_An_unsigned_token_is_refused(string algorithm)
    {
        string unsigned = $"{TokenForge.Encode(TokenForge.Header(("alg", algorithm)).ToJsonString())}.{TokenForge.Encode(_lab.Claims().ToJsonString())}.";
        await _lab.ShouldRefuseAsync(unsigned, "not-three-parts");
        await _lab.ShouldRefuseAsync(unsigned[..^1], "not-three-parts");
        await _lab.ShouldRefuseAsync(unsigned + "AAAA", algorithm.Length == 0 ? "header-refused" : "algorithm-refused");
    }

    [Fact]
    public async Task JWT_002_A_changed_payload_or_signature_is_refused()
    {
        string[] parts = _lab.Token().Split('.');
        string other = TokenForge.Encode(_lab.Claims(("scope", "read write")).ToJsonString());
        await _lab.ShouldRefuseAsync($"{parts[0]}.{other}.{parts[2]}", "signature-wrong");
        await _lab.ShouldRefuseAsync($"{parts[0]}.{parts[1]}.", "not-three-parts");
        byte[] signature = System.Buffers.Text.Base64Url.DecodeFromChars(parts[2]);
        signature[0] ^= 1;
        await _lab.ShouldRefuseAsync($"{parts[0]}.{parts[1]}.{TokenForge.Encode(signature)}", "signature-wrong");
    }

    [Fact]
    public async Task A_signature_has_one_spelling()
    {
        string token = _lab.Token();
        const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        char sibling = Alphabet[Alphabet.IndexOf(token[^1], StringComparison.Ordinal) + 1]; // 86 characters: the last has unused bits
        await _lab.ShouldRefuseAsync(token[..^1] + sibling, "malformed");
    }

    [Theory]
    [InlineData("HS256")]
    [InlineData("HS384")]
    [InlineData("HS512")]
    public async Task JWT_003_A_public_key_is_no_secret(string algorithm)
    {
        string pem = _lab.Forge.Key.ExportSubjectPublicKeyInfoPem();
        byte[][] secrets =
        [
            Encoding.ASCII.GetBytes(pem), Encoding.ASCII.GetBytes(pem + "\n"), _lab.Forge.Key.ExportSubjectPublicKeyInfo(),
            Encoding.ASCII.GetBytes(_lab.Forge.PublicKey().ToJsonString()), _lab.Callers.Pki.Alice.Certificate.GetPublicKey(),
        ];
        foreach (byte[] secret in secrets)
        {
            string header = TokenForge.Header(("alg", algorithm)).ToJsonString();
            await _lab.ShouldRefuseAsync(TokenForge.SignHmac(header, _lab.Claims().ToJsonString(), secret), "algorithm-refused");
        }
    }

    [Theory]
    [InlineData("secret")]
    [InlineData("\0")]
    public async Task JWT_004_A_secret_is_never_a_key(string secret) =>
        await _lab.ShouldRefuseAsync(
            TokenForge.SignHmac(TokenForge.Header(("alg", "HS256")).ToJsonString(), _lab.Claims().ToJsonString(), Encoding.ASCII.GetBytes(secret)), "algorithm-refused");

    [Theory]
    [InlineData("/dev/null")]
    [InlineData("../../../../dev/null")]
    [InlineData("' UNION SELECT 'k")]
    [InlineData("K1")]
    [InlineData("k1 ")]
    [InlineData("\0")]
    public async Task JWT_005_A_key_name_is_looked_up_and_nothing_else(string keyId) =>
        await _lab.ShouldRefuseAsync(_lab.Forge.Sign(TokenForge.Header(("kid", keyId)), _lab.Claims()), "key-unknown");

    [Fact]
    public async Task JWT_005_A_blank_key_name_is_refused() =>
        await _lab.ShouldRefuseAsync(_lab.Forge.Sign(TokenForge.Header(("kid", "")), _lab.Claims()), "header-refused");

    [Fact]
    public async Task JWT_006_A_key_that_the_token_brings_is_refused()
    {
        using var own = new TokenForge();
        await _lab.ShouldRefuseAsync(own.Sign(TokenForge.Header(("jwk", own.PublicKey())), _lab.Claims()), "header-refused");
        string certificate = Convert.ToBase64String(_lab.Callers.Pki.Alice.Forged.Leaf.Span);
        await _lab.ShouldRefuseAsync(own.Sign(TokenForge.Header(("x5c", new JsonArray(certificate))), _lab.Claims()), "header-refused");
        await _lab.ShouldRefuseAsync(own.Sign(TokenForge.Header(), _lab.Claims()), "signature-wrong");
    }

    [Theory]
    [InlineData("jku")]
    [InlineData("x5u")]
    public async Task JWT_007_A_key_address_is_refused_though_the_signature_is_right(string name) =>
        await _lab.ShouldRefuseAsync(_lab.Forge.Sign(TokenForge.Header((name, "http://127.0.0.1:1/keys")), _lab.Claims()), "header-refused");

    [Fact]
    public async Task JWT_008_An_expired_token_is_refused_also_when_it_was_taken_before()
    {
        string token = _lab.Token();
        (await _lab.SendAsync(token, _lab.Callers.Alice)).Served.ShouldBeTrue();
        _lab.Clock.Advance(TimeSpan.FromMinutes(5) + TimeSpan.FromSeconds(9));
        (await _lab.SendAsync(token, _lab.Callers.Alice)).Served.ShouldBeTrue();
        _lab.Clock.Advance(TimeSpan.FromSeconds(1));
        await _lab.ShouldRefuseAsync(token, "expired");
        await _lab.ShouldRefuseAsync(_lab.Token(("exp", At(-31))), "expired");
        await _lab.ShouldRefuseAsync(_lab.Token(("exp", null)), "claims-refused");
        await _lab.ShouldRefuseAsync(_lab.Token(("exp", "9999999999")), "claims-refused");
        await _lab.ShouldRefuseAsync(_lab.Token(("exp", 1e300)), "claims-refused");
    }

    [Fact]
    public async Task JWT_009_A_token_of_the_future_is_refused()
    {
        await _lab.ShouldRefuseAsync(_lab.Token(("nbf", At(600))), "not-yet-valid");
        await _lab.ShouldRefuseAsync(_lab.Token(("nbf", At(12))), "not-yet-valid");
        await _lab.ShouldRefuseAsync(_lab.Token(("iat", At(600)), ("exp", At(900))), "issued-in-the-future");
        await _lab.ShouldRefuseAsync(_lab.Token(("iat", null)), "claims-refused");
    }

    [Fact]
    public async Task JWT_010_A_token_for_another_audience_is_refused()
    {
        foreach (string audience in (string[])["https://other.test", TokenForge.Audience + "/", TokenForge.Audience.ToUpperInvariant()])
        {
            await _lab.ShouldRefuseAsync(_lab.Token(("aud", audience)), "audience-wrong");
            await _lab.ShouldRefuseAsync(_lab.Token(("aud", new JsonArray(audience, "https://third.test"))), "audience-wrong");
        }

        await _lab.ShouldRefuseAsync(_lab.Token(("aud", null)), "claims-refused");
        await _lab.ShouldRefuseAsync(_lab.Token(("aud", new JsonArray())), "claims-refused");
        await _lab.ShouldRefuseAsync(_lab.Token(("aud", new JsonArray(TokenForge.Audience, 1))), "claims-refused");
        (await _lab.SendAsync(_lab.Token(("aud", new JsonArray("https://other.test", TokenForge.Audience))), _lab.Callers.Alice)).Served.ShouldBeTrue();
    }

    [Theory]
    [InlineData("https://issuer.test/")]
    [InlineData("https://ISSUER.test")]
    [InlineData("https://issuer.test/tenant")]
    public async Task JWT_011_Another_issuer_is_refused(string issuer) => await _lab.ShouldRefuseAsync(_lab.Token(("iss", issuer)), "issuer-unknown");

    [Theory]
    [InlineData("JWT")]
    [InlineData("id+jwt")]
    [InlineData("logout+jwt")]
    [InlineData("dpop+jwt")]
    [InlineData("at+jwt ")]
    [InlineData(null)]
    public async Task JWT_012_What_is_no_access_token_is_refused(string? type) =>
        await _lab.ShouldRefuseAsync(_lab.Forge.Sign(TokenForge.Header(("typ", type)), _lab.Claims()), "type-refused");

    [Theory]
    [InlineData("AT+JWT")]
    [InlineData("application/at+jwt")]
    public async Task An_access_token_may_spell_its_type_as_the_standard_allows(string type) =>
        (await _lab.SendAsync(_lab.Forge.Sign(TokenForge.Header(("typ", type)), _lab.Claims()), _lab.Callers.Alice)).Reason.ShouldBeNull();

    [Fact]
    public async Task JWT_013_A_token_that_was_ended_is_refused_at_once()
    {
        string token = _lab.Token();
        (await _lab.SendAsync(token, _lab.Callers.Alice)).Served.ShouldBeTrue();
        _lab.DenyList.Deny(TokenForge.Issuer, "t-1", _lab.Clock.GetUtcNow().AddMinutes(5));
        await _lab.ShouldRefuseAsync(token, "denied");
    }

    [Fact]
    public async Task JWT_014_A_token_elsewhere_than_in_the_header_is_not_seen()
    {
        TokenLab.Answer answer = await _lab.SendLinesAsync(StringValues.Empty, _lab.Callers.Alice, new TokenLab.Demand("read"));
        (answer.Served, answer.Status, answer.Challenge, answer.Reason).ShouldBe((false, 401, "Bearer", "token.refused:missing"));
        foreach (string scheme in (string[])["Basic", "Token", "Bearers", "JWT"])
        {
            answer = await _lab.SendLinesAsync($"{scheme} {_lab.Token()}", _lab.Callers.Alice, new TokenLab.Demand("read"));
            (answer.Served, answer.Challenge).ShouldBe((false, "Bearer"));
        }
    }

    [Fact]
    public async Task JWT_015_A_token_without_the_claims_that_bound_its_use_is_refused()
    {
        foreach (string claim in (string[])["iss", "aud", "exp", "iat"])
        {
            await _lab.ShouldRefuseAsync(_lab.Token((claim, null)), "claims-refused");
        }

        await _lab.ShouldRefuseAsync(_lab.Token(("sub", null), ("client_id", null)), "claims-refused");
    }

    [Theory]
    [InlineData("crit", "[\"exp\"]")]
    [InlineData("crit", "[\"x-unknown\"]")]
    [InlineData("b64", "false")]
    [InlineData("cty", "\"JWT\"")]
    [InlineData("zip", "\"DEF\"")]
    [InlineData("enc", "\"A256GCM\"")]
    [InlineData("p2c", "100000000")]
    public async Task JWT_016_A_header_that_changes_the_meaning_is_refused(string name, string value) =>
        await _lab.ShouldRefuseAsync(_lab.Forge.Sign(TokenForge.Header((name, JsonNode.Parse(value))), _lab.Claims()), "header-refused");

    [Fact]
    public async Task JWT_016_A_name_twice_is_refused_at_any_depth()
    {
        string claims = _lab.Claims().ToJsonString();
        string header = TokenForge.Header().ToJsonString();
        await _lab.ShouldRefuseAsync(_lab.Forge.Sign(header, claims[..^1] + ",\"sub\":\"bob\"}"), "claims-refused");
        await _lab.ShouldRefuseAsync(_lab.Forge.Sign(header, claims[..^1] + ",\"\\u0073ub\":\"bob\"}"), "claims-refused");
        await _lab.ShouldRefuseAsync(_lab.Forge.Sign(header, claims[..^1] + ",\"act\":{\"sub\":\"a\",\"sub\":\"b\"}}"), "claims-refused");
        await _lab.ShouldRefuseAsync(_lab.Forge.Sign(header[..^1] + ",\"alg\":\"none\"}", claims), "claims-refused");
    }

    [Fact]
    public async Task JWT_016_A_large_token_is_refused_before_it_is_parsed()
    {
        string large = _lab.Forge.Sign(TokenForge.Header(("x", new string('a', 1_000_000))), _lab.Claims());
        await _lab.ShouldRefuseAsync(large, "too-long");
        await _lab.ShouldRefuseAsync(_lab.Token(("x", new string('a', 8_192))), "too-long");
        string deep = string.Concat(Enumerable.Repeat("[", 1_000)) + string.Concat(Enumerable.Repeat("]", 1_000));
        await _lab.ShouldRefuseAsync(_lab.Forge.Sign(TokenForge.Header().ToJsonString(), $"{{\"a\":{deep}}}"), "claims-refused");
    }

    [Fact]
    public async Task JWT_016_Encrypted_and_nested_tokens_are_refused()
    {
        await _lab.ShouldRefuseAsync("e30.e30.e30.e30.e30", "not-three-parts");
        await _lab.ShouldRefuseAsync(_lab.Forge.SignParts(TokenForge.Encode(TokenForge.Header().ToJsonString()), TokenForge.Encode(_lab.Token())), "claims-refused");
    }

    [Fact]
    public async Task JWT_017_The_psychic_signature_is_refused()
    {
        string[] parts = _lab.Token().Split('.');
        byte[][] signatures = [new byte[64], [.. Enumerable.Repeat((byte)0xFF, 64)], new byte[63], [0x30, 0x06, 0x02, 0x01, 0x00, 0x02, 0x01, 0x00]];
        foreach (byte[] signature in signatures)
        {
            await _lab.ShouldRefuseAsync($"{parts[0]}.{parts[1]}.{TokenForge.Encode(signature)}", "signature-wrong");
        }
    }

    [Fact]
    public async Task JWT_018_A_scope_counts_only_where_token_and_identity_have_it()
    {
        string token = _lab.Token();
        TokenLab.Answer answer = await _lab.SendAsync(token, _lab.Callers.Alice, new TokenLab.Demand("write"));
        (answer.Served, answer.Status).ShouldBe((false, 403));
        answer.Challenge.ShouldBe("Bearer error=\"insufficient_scope\", scope=\"write\"");
        ICallerFeature narrow = _lab.Callers.Caller(_lab.Callers.Pki.Alice, "alice", 1, "other");
        (await _lab.SendAsync(token, narrow, new TokenLab.Demand("read"))).Status.ShouldBe(403);
        (await _lab.SendAsync(_lab.Token(("scope", null)), _lab.Callers.Alice, new TokenLab.Demand("read"))).Status.ShouldBe(403);
        (await _lab.SendAsync(_lab.Token(("scope", "READ reader")), _lab.Callers.Alice, new TokenLab.Demand("read"))).Status.ShouldBe(403);
        answer = await _lab.SendAsync(_lab.Token(("scope", "read admin")), _lab.Callers.Alice);
        answer.Token.ShouldNotBeNull().Scopes.ShouldBe(["read"]);
        answer.Scopes.ShouldBe(["read"]); // the certificate's identity had write too: with a token, the token's count
    }

    [Fact]
    public async Task Two_authorization_headers_are_refused()
    {
        string good = "Bearer " + _lab.Token();
        TokenLab.Answer answer = await _lab.SendLinesAsync(new StringValues([good, good]), _lab.Callers.Alice);
        (answer.Served, answer.Reason).ShouldBe((false, "token.refused:several-headers"));
        foreach (string line in (string[])["Bearer", "Bearer ", "Bearer\t" + good[7..], "Bearer  " + good[7..], good + ", " + good, good + "=", "Bearer,x", "DPoP " + good[7..]])
        {
            (await _lab.SendLinesAsync(line, _lab.Callers.Alice)).Served.ShouldBeFalse(line[..Math.Min(line.Length, 12)]);
        }
    }

    [Fact]
    public void D17_X21_The_defaults_are_strict_where_the_library_is_lax()
    {
        var library = new Microsoft.IdentityModel.Tokens.TokenValidationParameters();
        (library.ValidAlgorithms, library.ValidTypes, library.ClockSkew).ShouldBe((null, null, TimeSpan.FromMinutes(5)));
        var ours = new TokenOptions();
        ours.ClockSkew.ShouldBe(TimeSpan.FromSeconds(10));
        ours.Binding.ShouldBe(TokenBinding.Required);
        ours.MaxLength.ShouldBe(8_192);
        Should.Throw<ArgumentOutOfRangeException>(() => ours.ClockSkew = TimeSpan.FromSeconds(31));
        new TokenIssuerOptions("https://issuer.test").Algorithms.ShouldAllBe(name => name.StartsWith("ES") || name.StartsWith("PS") || name.StartsWith("RS"));
    }

    public void Dispose() => _lab.Dispose();

    private JsonNode At(int seconds) => _lab.Clock.GetUtcNow().AddSeconds(seconds).ToUnixTimeSeconds();

    /// <summary>One PKI for the class.</summary>
    public sealed class Shared : IDisposable
    {
        internal Callers Callers { get; } = new();

        public void Dispose() => Callers.Dispose();
    }
}

using System;
using System.Collections.Generic;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using OrdersApi.App;
using Sallyport.Lab.Servers;

namespace Sallyport.Scan.Tests.Samples;

/// <summary>What shows each weakness of tokens, and of tokens with certificates.</summary>
internal static class TokenSwitches
{
    private const string Own = "/profiles/alice";

    public static IEnumerable<(Weakness Weakness, Func<OrdersClient, Task<bool>> Shows)> All =>
    [
        (Weakness.AlgorithmNone, api => OpensAsync(api, Bare(api, "nOnE", _ => []))),
        (Weakness.SignatureIgnored, api => OpensAsync(api, api.App.TokenFor(api.Alice) is var token ? token[..^8] + "AAAAAAAA" : "")),
        (Weakness.KeyConfusion, api => OpensAsync(api, Bare(api, "HS256", text => HMACSHA256.HashData(Encoding.ASCII.GetBytes(PublicKey(api)), text)))),
        (Weakness.GuessableSecret, api => OpensAsync(api, Bare(api, "HS256", text => HMACSHA256.HashData("your-256-bit-secret"u8.ToArray(), text)))),
        (Weakness.KeyFromHeaderName, KeyFromHeaderNameAsync),
        (Weakness.KeyFromHeader, KeyFromHeaderAsync),
        (Weakness.KeyFromUrl, KeyFromUrlAsync),
        (Weakness.ExpiryIgnored, api => OpensAsync(api, api.Forge((_, claims) => claims["exp"] = claims["iat"]!.GetValue<long>() - 86_400))), // ours
        (Weakness.NotBeforeIgnored, api => OpensAsync(api, api.Forge((_, claims) => claims["nbf"] = claims["nbf"]!.GetValue<long>() + 600))), // ours
        (Weakness.AudienceIgnored, api => OpensAsync(api, api.Forge((_, claims) => claims["aud"] = "https://other.test/api"))),
        (Weakness.IssuerIgnored, api => OpensAsync(api, api.Forge((_, claims) => claims["iss"] += "/"))),
        (Weakness.TokenTypeIgnored, api => OpensAsync(api, api.Forge((header, _) => header["typ"] = "JWT"))),
        (Weakness.TokenOutlivesLogout, RevokedAsync),
        (Weakness.TokenAnywhere, async api => (await api.SendAsync("GET", Own + "?access_token=" + api.App.TokenFor(api.Alice), api.Alice.Forged, [])).Served),
        (Weakness.TalkativeToken, api => Task.FromResult(Claims(api.App.TokenFor(api.Alice)).ContainsKey("card"))),
        (Weakness.LooseTokenShape, api => OpensAsync(api, api.Forge((header, _) => header["crit"] = new JsonArray("unheard-of")))),
        (Weakness.PsychicSignature, api => OpensAsync(api, Bare(api, "ES256", _ => new byte[64]))),
        (Weakness.ScopeIgnored, api => OpensAsync(api, api.Forge((_, claims) => claims["scope"] = "orders.write"))),
        (Weakness.UnboundToken, async api => (await api.WithTokenAsync(Own, api.Bob, api.App.TokenFor(api.Alice))).Served),
        (Weakness.CertificateOptional, async api => (await api.SendAsync("GET", Own, null, [OrdersClient.Bearer(api.App.TokenFor(api.Alice))])).Served),
        (Weakness.TokenOptional, async api => (await api.SendAsync("GET", Own, api.Alice.Forged, [])).Served),
        (Weakness.TokenBeforeCertificate, async api => (await api.WithTokenAsync("/profiles/carol", api.Pki.Carol, "e30.e30.e30")).Header("WWW-Authenticate").Contains("invalid_token", StringComparison.Ordinal)),
        (Weakness.ConfirmationOptional, api => OpensAsync(api, api.Forge((_, claims) => claims.Remove("cnf")))),
        (Weakness.SubjectIgnored, async api => (await api.WithTokenAsync("/profiles/bob", api.Alice, api.App.TokenFor(api.Bob))).Served),
        (Weakness.UnboundSession, async api => (await api.SendAsync("GET", "/account", api.Bob.Forged, [api.Cookie(api.Alice)])).Text.Contains("alice", StringComparison.Ordinal)),
        (Weakness.TokenForAnyClient, async api => (await api.SendAsync(
            "POST", "/token", api.Bob.Forged, [], "grant_type=client_credentials&client_id=alice", "application/x-www-form-urlencoded")).Text.Contains("access_token", StringComparison.Ordinal)),
    ];

    private static async Task<bool> OpensAsync(OrdersClient api, string token) => (await api.WithTokenAsync(Own, api.Alice, token)).Served;

    private static JsonObject Claims(string token) =>
        JsonNode.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(token.Split('.')[1]))!.AsObject(); // our own token

    private static string Bare(OrdersClient api, string algorithm, Func<byte[], byte[]> sign, string? kid = null, JsonObject? more = null)
    {
        var header = new JsonObject { ["alg"] = algorithm, ["typ"] = "at+jwt", ["kid"] = kid ?? KeyId(api) };
        foreach ((string name, JsonNode? value) in more ?? [])
        {
            header[name] = value?.DeepClone();
        }

        return api.Forge(header, sign);
    }

    private static string KeyId(OrdersClient api) =>
        JsonNode.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(api.App.TokenFor(api.Alice).Split('.')[0]))!["kid"]!.ToString(); // our own token

    private static string PublicKey(OrdersClient api)
    {
        if (api.App.IssuerAlgorithm != "ES256")
        {
            return "";
        }

        using ECDsa key = ECDsa.Create();
        key.ImportFromPem(api.App.IssuerKey);
        return key.ExportSubjectPublicKeyInfoPem();
    }

    private static async Task<bool> KeyFromHeaderNameAsync(OrdersClient api)
    {
        bool file = await OpensAsync(api, Bare(api, "HS256", text => HMACSHA256.HashData(Array.Empty<byte>(), text), "../../../../dev/null"));
        bool row = await OpensAsync(api, Bare(api, "HS256", text => HMACSHA256.HashData("k"u8.ToArray(), text), "' UNION SELECT 'k"));
        return file && row;
    }

    private static async Task<bool> KeyFromHeaderAsync(OrdersClient api)
    {
        using ECDsa own = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return await OpensAsync(api, Bare(api, "ES256", text => own.SignData(text, HashAlgorithmName.SHA256), null, new() { ["jwk"] = Jwk(own) }));
    }

    private static async Task<bool> KeyFromUrlAsync(OrdersClient api)
    {
        await using HostileServer listener = HostileServer.Start(HostileBehaviour.PlainHttp);
        await OpensAsync(api, Bare(api, "ES256", _ => new byte[64], null, new() { ["jku"] = $"http://127.0.0.1:{listener.Endpoint.Port}/jwks" }));
        return listener.Connections > 0;
    }

    private static JsonObject Jwk(ECDsa key)
    {
        ECPoint point = key.ExportParameters(includePrivateParameters: false).Q;
        return new() { ["kty"] = "EC", ["crv"] = "P-256", ["x"] = OrdersClient.Text(point.X!), ["y"] = OrdersClient.Text(point.Y!) }; // a key of P-256 has a point
    }

    private static async Task<bool> RevokedAsync(OrdersClient api)
    {
        string token = api.App.TokenFor(api.Alice);
        (await api.SendAsync("POST", "/token/revoke", api.Alice.Forged, [OrdersClient.Bearer(token)])).Status.ShouldBe(204);
        return await OpensAsync(api, token);
    }
}

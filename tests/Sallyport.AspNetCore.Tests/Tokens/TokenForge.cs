using System;
using System.Buffers.Text;
using System.Collections.Generic;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Sallyport.AspNetCore.Tests.Tokens;

/// <summary>Makes tokens, good and bad, with its own few lines: nothing of what verifies them.</summary>
internal sealed class TokenForge : IDisposable
{
    public const string Issuer = "https://issuer.test";
    public const string Audience = "https://api.test";

    public ECDsa Key { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    public static string Encode(ReadOnlySpan<byte> bytes) => Base64Url.EncodeToString(bytes);

    public static JsonObject Header(params (string Name, JsonNode? Value)[] changes) =>
        Changed(new JsonObject { ["alg"] = "ES256", ["typ"] = "at+jwt", ["kid"] = "k1" }, changes);

    /// <summary>Right claims for alice's certificate, changed; a change to null leaves the claim out.</summary>
    public static JsonObject Claims(ICallerFeature caller, DateTimeOffset now, params (string Name, JsonNode? Value)[] changes) => Changed(
        new JsonObject
        {
            ["iss"] = Issuer,
            ["sub"] = "alice",
            ["client_id"] = "alice",
            ["aud"] = Audience,
            ["iat"] = now.ToUnixTimeSeconds(),
            ["exp"] = now.AddMinutes(5).ToUnixTimeSeconds(),
            ["jti"] = "t-1",
            ["scope"] = "read",
            ["cnf"] = new JsonObject { ["x5t#S256"] = caller.Certificate.Thumbprint.ToString() },
        },
        changes);

    public string Sign(JsonNode header, JsonNode claims) => Sign(header.ToJsonString(), claims.ToJsonString());

    public string Sign(string header, string claims) => SignParts(Encode(header), Encode(claims));

    public string SignParts(string header, string claims)
    {
        string input = $"{header}.{claims}";
        return $"{input}.{Encode(Key.SignData(Encoding.ASCII.GetBytes(input), HashAlgorithmName.SHA256))}";
    }

    public static string SignHmac(string header, string claims, byte[] secret)
    {
        string input = $"{Encode(header)}.{Encode(claims)}";
        return $"{input}.{Encode(HMACSHA256.HashData(secret, Encoding.ASCII.GetBytes(input)))}";
    }

    public JsonObject PublicKey(params (string Name, JsonNode? Value)[] changes) => PublicKey(Key, changes);

    public static JsonObject PublicKey(ECDsa key, params (string Name, JsonNode? Value)[] changes)
    {
        ECPoint q = key.ExportParameters(false).Q;
        return Changed(new JsonObject { ["kty"] = "EC", ["crv"] = "P-256", ["kid"] = "k1", ["use"] = "sig", ["x"] = Encode(q.X), ["y"] = Encode(q.Y) }, changes);
    }

    public static byte[] KeySet(params JsonObject[] keys) =>
        JsonSerializer.SerializeToUtf8Bytes(new JsonObject { ["keys"] = new JsonArray([.. keys.Select(key => key.DeepClone())]) });

    public void Dispose() => Key.Dispose();

    private static JsonObject Changed(JsonObject json, IEnumerable<(string Name, JsonNode? Value)> changes)
    {
        foreach (var (name, value) in changes)
        {
            json.Remove(name);
            if (value is not null)
            {
                json[name] = value;
            }
        }

        return json;
    }
}

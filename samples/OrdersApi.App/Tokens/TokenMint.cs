using System;
using System.Buffers.Text;
using System.Collections.Generic;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace OrdersApi.App.Tokens;

/// <summary>Makes access tokens (RFC 9068), signed with ES256 and bound to a certificate (RFC 8705, section 3.1).</summary>
internal sealed class TokenMint : IDisposable
{
    public const string Audience = "https://orders.test/api";
    public const string Scopes = "orders.read orders.write";

    private static readonly TimeSpan _life = TimeSpan.FromMinutes(30);
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly TimeProvider _time;

    public TokenMint(TimeProvider time)
    {
        _time = time;
        var point = _key.ExportParameters(includePrivateParameters: false).Q;
        X = Base64Url.EncodeToString(point.X);
        Y = Base64Url.EncodeToString(point.Y);

        // RFC 7638: the thumbprint of the key is its name.
        KeyId = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes($$"""{"crv":"P-256","kty":"EC","x":"{{X}}","y":"{{Y}}"}""")));
    }

    public string KeyId { get; }

    public string X { get; }

    public string Y { get; }

    public long LifeSeconds => (long)_life.TotalSeconds;

    public ECDsa Key => _key;

    /// <summary>The private key as PKCS#8 PEM, for a scanner that may sign.</summary>
    public string PrivateKeyPem => _key.ExportPkcs8PrivateKeyPem();

    /// <summary>The public key as PEM (SubjectPublicKeyInfo).</summary>
    public string PublicKeyPem => _key.ExportSubjectPublicKeyInfoPem();

    /// <summary>The claims of an access token for this account and certificate.</summary>
    /// <param name="issuer">This API's own address.</param>
    /// <param name="account">The subject.</param>
    /// <param name="scope">What it may be used for.</param>
    /// <param name="thumbprint">SHA-256 of the certificate, base64url; null for a token that is bound to none.</param>
    public JsonObject Claims(string issuer, string account, string scope, string? thumbprint)
    {
        var now = _time.GetUtcNow().ToUnixTimeSeconds();
        var claims = new JsonObject
        {
            ["iss"] = issuer,
            ["aud"] = Audience,
            ["sub"] = account,
            ["client_id"] = account,
            ["scope"] = scope,
            ["iat"] = now,
            ["nbf"] = now,
            ["exp"] = now + LifeSeconds,
            ["jti"] = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16)),
        };
        if (thumbprint is not null)
        {
            claims["cnf"] = new JsonObject { ["x5t#S256"] = thumbprint };
        }

        return claims;
    }

    /// <summary>Signs claims as an access token.</summary>
    public string Sign(JsonObject claims, string type = "at+jwt") =>
        Sign(new JsonObject { ["alg"] = "ES256", ["typ"] = type, ["kid"] = KeyId }, claims);

    /// <summary>Signs claims under a header of the caller's choice; always with ES256.</summary>
    public string Sign(JsonObject header, JsonObject claims)
    {
        var text = $"{Encode(header)}.{Encode(claims)}";
        return $"{text}.{Base64Url.EncodeToString(_key.SignData(Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256))}";
    }

    /// <summary>The keys as a JWK Set (RFC 7517, section 5).</summary>
    public object JwkSet() => new
    {
        keys = new[] { new Dictionary<string, string>(StringComparer.Ordinal) { ["kty"] = "EC", ["crv"] = "P-256", ["use"] = "sig", ["alg"] = "ES256", ["kid"] = KeyId, ["x"] = X, ["y"] = Y } },
    };

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"ES256 {KeyId}");

    public void Dispose() => _key.Dispose();

    private static string Encode(JsonObject part) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(part.ToJsonString()));
}

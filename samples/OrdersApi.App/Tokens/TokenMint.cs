using System;
using System.Buffers.Text;
using System.Collections.Frozen;
using System.Collections.Generic;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.IdentityModel.Tokens;

namespace OrdersApi.App.Tokens;

/// <summary>Makes access tokens (RFC 9068), signed with ES256 and bound to a certificate (RFC 8705, section 3.1).</summary>
internal sealed class TokenMint : IDisposable
{
    public const string Audience = "https://orders.test/api";

    /// <summary>Who issues the tokens of the guarded API: a name that is known before its port is.</summary>
    public const string Issuer = "https://orders.test";

    public const string Scopes = "orders.read orders.write";

    // One of the first that anybody tries; too short for the library that verifies, which leaves it to TokenFlaws.
    private const string WeakSecret = "your-256-bit-secret";

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly FrozenSet<Weakness> _weak;
    private readonly TimeProvider _time;

    public TokenMint(FrozenSet<Weakness> weak, TimeProvider time)
    {
        _weak = weak;
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

    public long LifeSeconds => (long)(_weak.Contains(Weakness.TalkativeToken) ? TimeSpan.FromDays(30) : TimeSpan.FromMinutes(30)).TotalSeconds;

    /// <summary>ES256, unless a weakness shares a secret instead.</summary>
    public string Algorithm => SharesSecret ? "HS256" : "ES256";

    /// <summary>What signatures are held against.</summary>
    public SecurityKey VerificationKey => new ECDsaSecurityKey(_key) { KeyId = KeyId };

    /// <summary>What signs, for a scanner that may: the private key as PKCS#8 PEM, or the secret.</summary>
    public string SigningKey => SharesSecret ? WeakSecret : _key.ExportPkcs8PrivateKeyPem();

    private bool SharesSecret => _weak.Contains(Weakness.GuessableSecret);

    /// <summary>The public key as PEM (SubjectPublicKeyInfo).</summary>
    public string PublicKeyPem => _key.ExportSubjectPublicKeyInfoPem();

    /// <summary>The claims of an access token for this account and certificate.</summary>
    /// <param name="issuer">Who issues it.</param>
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
        if (_weak.Contains(Weakness.TalkativeToken))
        {
            claims["email"] = account + "@orders.test";
            claims["card"] = Data.PaymentCards.Random();
            claims["roles"] = new JsonArray("customer", "invoice-reader", "coupon-owner");
        }

        if (thumbprint is not null && !_weak.Contains(Weakness.SubjectIgnored))
        {
            claims["cnf"] = new JsonObject { ["x5t#S256"] = thumbprint };
        }

        return claims;
    }

    /// <summary>Signs claims as an access token.</summary>
    public string Sign(JsonObject claims, string type = "at+jwt") =>
        Sign(new JsonObject { ["alg"] = Algorithm, ["typ"] = type, ["kid"] = KeyId }, claims);

    /// <summary>Signs claims under a header of the caller's choice; always with the key of this API.</summary>
    public string Sign(JsonObject header, JsonObject claims)
    {
        var text = $"{Encode(header)}.{Encode(claims)}";
        var content = Encoding.ASCII.GetBytes(text);
        var signature = SharesSecret ? HMACSHA256.HashData(Encoding.UTF8.GetBytes(WeakSecret), content) : _key.SignData(content, HashAlgorithmName.SHA256);
        return $"{text}.{Base64Url.EncodeToString(signature)}";
    }

    /// <summary>The keys as a JWK Set (RFC 7517, section 5).</summary>
    public object JwkSet() => new
    {
        keys = new[] { new Dictionary<string, string>(StringComparer.Ordinal) { ["kty"] = "EC", ["crv"] = "P-256", ["use"] = "sig", ["alg"] = "ES256", ["kid"] = KeyId, ["x"] = X, ["y"] = Y } },
    };

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Algorithm} {KeyId}");

    public void Dispose() => _key.Dispose();

    private static string Encode(JsonObject part) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(part.ToJsonString()));
}

using System;
using System.Buffers.Text;
using System.Collections.Frozen;
using System.IO;
using System.Linq;
using System.Net.Http;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Threading.Tasks;
using OrdersApi.App.Data;

namespace OrdersApi.App.Tokens;

/// <summary>Signatures that are none and are taken for good all the same, each by one weakness.</summary>
internal sealed class TokenFlaws(FrozenSet<Weakness> weak, TokenMint mint, Database data)
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(2);

    /// <summary>Whether a weakness lets this token's signature pass. Its claims are still looked at.</summary>
    public async Task<bool> ForgivesAsync(string token)
    {
        if (token.Split('.') is not [var head, var claims, .. { Length: <= 1 } rest] || Read(head) is not { ValueKind: JsonValueKind.Object } header)
        {
            return false;
        }

        var signature = rest is [var text] ? text : "";
        var signed = new Signed(header, Text(header, "alg"), Encoding.ASCII.GetBytes($"{head}.{claims}"), Decode(signature));
        return (weak.Contains(Weakness.AlgorithmNone) && signed.Algorithm.Equals("none", StringComparison.OrdinalIgnoreCase) && signature.Length == 0)
            || (weak.Contains(Weakness.SignatureIgnored) && TokenShape.HeaderHolds(head, mint.KeyId) && signed.Algorithm == mint.Algorithm)
            || (weak.Contains(Weakness.GuessableSecret) && TokenShape.HeaderHolds(head, mint.KeyId) && IsHmac(signed, Encoding.UTF8.GetBytes(mint.SigningKey)))
            || (weak.Contains(Weakness.KeyConfusion) && IsHmac(signed, Encoding.ASCII.GetBytes(mint.PublicKeyPem)))
            || (weak.Contains(Weakness.KeyFromHeaderName) && IsHmac(signed, KeyNamed(Text(header, "kid"))))
            || (weak.Contains(Weakness.KeyFromHeader) && IsByEmbeddedKey(signed))
            || (weak.Contains(Weakness.KeyFromUrl) && await IsByFetchedKeyAsync(signed))
            || (weak.Contains(Weakness.PsychicSignature) && signed.Algorithm == "ES256" && signed.Signature is { Length: 64 } zeroes && zeroes.All(value => value == 0));
    }

    private static bool IsHmac(Signed signed, byte[] key) =>
        signed.Algorithm == "HS256" && signed.Signature is { } signature && CryptographicOperations.FixedTimeEquals(HMACSHA256.HashData(key, signed.Content), signature);

    /// <summary>A key by the name that the token gives it: a file, or a row of a table, found with text of the token's own.</summary>
    private byte[] KeyNamed(string name)
    {
        if (name.Contains('/', StringComparison.Ordinal))
        {
            // The folder of keys lies a few steps below the root, like any.
            var file = Path.GetFullPath(Path.Combine("/srv/orders/keys", name));
            return File.Exists(file) ? File.ReadAllBytes(file) : [];
        }

        try
        {
            return data.ReadRaw($"SELECT secret FROM signing_keys WHERE name = '{name}'", row => row.GetString(0)) is [var secret, ..] ? Encoding.UTF8.GetBytes(secret) : [];
        }
        catch (Microsoft.Data.Sqlite.SqliteException)
        {
            return RandomNumberGenerator.GetBytes(32);
        }
    }

    private static bool IsByEmbeddedKey(Signed signed)
    {
        if (signed.Header.TryGetProperty("jwk", out var jwk))
        {
            return IsSignedBy(signed, jwk);
        }

        try
        {
            if (signed.Header.TryGetProperty("x5c", out var chain) && chain.ValueKind == JsonValueKind.Array && chain.GetArrayLength() > 0)
            {
                using var certificate = X509CertificateLoader.LoadCertificate(Convert.FromBase64String(chain[0].GetString() ?? ""));
                using var elliptic = certificate.GetECDsaPublicKey();
                using var rsa = certificate.GetRSAPublicKey();
                return signed.Signature is { } signature
                    && (elliptic?.VerifyData(signed.Content, signature, HashAlgorithmName.SHA256) == true
                        || rsa?.VerifyData(signed.Content, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1) == true);
            }
        }
        catch (Exception e) when (e is CryptographicException or FormatException)
        {
            // No certificate, no key.
        }

        return false;
    }

    private static async Task<bool> IsByFetchedKeyAsync(Signed signed)
    {
        var url = Text(signed.Header, "jku") is { Length: > 0 } set ? set : Text(signed.Header, "x5u");
        if (!Uri.TryCreate(url, UriKind.Absolute, out var place) || place.Scheme is not ("http" or "https"))
        {
            return false;
        }

        try
        {
            using var http = new HttpClient { Timeout = _patience, MaxResponseContentBufferSize = 64 * 1024 };
            using var keys = JsonDocument.Parse(await http.GetStringAsync(place));
            return keys.RootElement.GetProperty("keys").EnumerateArray().Any(key => IsSignedBy(signed, key));
        }
        catch (Exception e) when (e is HttpRequestException or JsonException or OperationCanceledException or InvalidOperationException or System.Collections.Generic.KeyNotFoundException)
        {
            return false;
        }
    }

    private static bool IsSignedBy(Signed signed, JsonElement jwk)
    {
        try
        {
            if (signed.Signature is not { } signature || jwk.ValueKind != JsonValueKind.Object)
            {
                return false;
            }

            if (Text(jwk, "kty") == "RSA")
            {
                using var rsa = RSA.Create(new RSAParameters { Modulus = Decode(Text(jwk, "n")), Exponent = Decode(Text(jwk, "e")) });
                return rsa.VerifyData(signed.Content, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
            }

            var point = new ECPoint { X = Decode(Text(jwk, "x")), Y = Decode(Text(jwk, "y")) };
            using var key = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = point });
            return key.VerifyData(signed.Content, signature, HashAlgorithmName.SHA256);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            return false;
        }
    }

    private static string Text(JsonElement part, string name) =>
        part.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() ?? "" : "";

    private static byte[]? Decode(string text)
    {
        try
        {
            return Base64Url.DecodeFromChars(text);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static JsonElement? Read(string part)
    {
        try
        {
            return JsonElement.Parse(Base64Url.DecodeFromChars(part));
        }
        catch (Exception e) when (e is FormatException or JsonException)
        {
            return null;
        }
    }

    private sealed record Signed(JsonElement Header, string Algorithm, byte[] Content, byte[]? Signature);
}

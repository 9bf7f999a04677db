using System;
using System.Buffers.Text;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.IdentityModel.Tokens;

namespace Sallyport.AspNetCore.Tokens;

/// <summary>Reads a JWK Set (RFC 7517): the public signature keys in it that are strong enough, each fixed to its algorithms.</summary>
internal static class JsonWebKeys
{
    private const int MostKeys = 64;
    private const int MinRsaBits = 2_048;
    private const int MaxRsaBits = 8_192;
    private static readonly ImmutableArray<string> _rsa = ["PS256", "PS384", "PS512", "RS256", "RS384", "RS512"];

    /// <summary>Reads a set.</summary>
    /// <param name="json">The set.</param>
    /// <param name="problem">Why it cannot be used, when it cannot.</param>
    /// <returns>Its usable keys; empty with a problem. Keys for other purposes, of other kinds, secret or weak ones are left out.</returns>
    public static ImmutableArray<VerificationKey> Read(ReadOnlyMemory<byte> json, out string? problem)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json, new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = 8 });
            if (document.RootElement.ValueKind != JsonValueKind.Object
                || !document.RootElement.TryGetProperty("keys", out JsonElement keys)
                || keys.ValueKind != JsonValueKind.Array
                || keys.GetArrayLength() > MostKeys)
            {
                problem = $"it has no list of at most {MostKeys} keys";
                return [];
            }

            ImmutableArray<VerificationKey> read = [.. keys.EnumerateArray().Select(Read).OfType<VerificationKey>()];
            problem = read.IsEmpty ? "no public signature key in it is strong enough"
                : Ambiguous(read) is { } twice ? $"two keys answer to the name '{twice}'"
                : null;
            return problem is null ? read : [];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            problem = "it is no JSON that reads in one way only";
            return [];
        }
    }

    private static string? Ambiguous(ImmutableArray<VerificationKey> keys) => keys
        .Where(key => key.KeyId is not null)
        .GroupBy(key => key.KeyId, StringComparer.Ordinal)
        .FirstOrDefault(group => group.SelectMany(key => key.Algorithms).GroupBy(name => name, StringComparer.Ordinal).Any(name => name.Count() > 1))
        ?.Key;

    private static VerificationKey? Read(JsonElement key)
    {
        if (key.ValueKind != JsonValueKind.Object
            || key.TryGetProperty("d", out _) // a key that everybody has signs nothing
            || (key.TryGetProperty("use", out JsonElement use) && !(use.ValueKind == JsonValueKind.String && use.ValueEquals("sig")))
            || (key.TryGetProperty("key_ops", out JsonElement operations) && !Verifies(operations)))
        {
            return null;
        }

        return Text(key, "kty") switch
        {
            "EC" => Curve(key),
            "RSA" => Rsa(key),
            _ => null,
        };
    }

    private static bool Verifies(JsonElement operations) =>
        operations.ValueKind == JsonValueKind.Array
        && operations.EnumerateArray().Any(item => item.ValueKind == JsonValueKind.String && item.ValueEquals("verify"));

    private static VerificationKey? Curve(JsonElement key)
    {
        (ECCurve curve, string algorithm, int size) = Text(key, "crv") switch
        {
            "P-256" => (ECCurve.NamedCurves.nistP256, "ES256", 32),
            "P-384" => (ECCurve.NamedCurves.nistP384, "ES384", 48),
            "P-521" => (ECCurve.NamedCurves.nistP521, "ES512", 66),
            _ => (default, "", 0),
        };
        if (size == 0
            || !FitsAlgorithm(key, [algorithm])
            || Number(key, "x") is not { } x || x.Length != size
            || Number(key, "y") is not { } y || y.Length != size)
        {
            return null;
        }

        try
        {
            ECDsa publicKey = ECDsa.Create(new ECParameters { Curve = curve, Q = new ECPoint { X = x, Y = y } });
            return Made(key, [algorithm], new ECDsaSecurityKey(publicKey), [Text(key, "crv") ?? "", Convert.ToHexString(x), Convert.ToHexString(y)]);
        }
        catch (CryptographicException)
        {
            return null; // no point of the curve
        }
    }

    private static VerificationKey? Rsa(JsonElement key)
    {
        if (!FitsAlgorithm(key, _rsa)
            || Number(key, "n") is not { Length: > 0 } modulus
            || Number(key, "e") is not { Length: > 0 and <= 8 } exponent)
        {
            return null;
        }

        int zeros = Array.FindIndex(modulus, octet => octet != 0);
        if (zeros < 0)
        {
            return null;
        }

        int bits = ((modulus.Length - zeros) * 8) - (7 - int.Log2(modulus[zeros]));
        bool isSound = (modulus[^1] & 1) == 1 && (exponent[^1] & 1) == 1 && exponent.Aggregate(0UL, (value, octet) => (value << 8) | octet) >= 3;
        if (bits is < MinRsaBits or > MaxRsaBits || !isSound)
        {
            return null;
        }

        ImmutableArray<string> algorithms = Text(key, "alg") is { } only ? [only] : _rsa;
        var publicKey = new RsaSecurityKey(new RSAParameters { Modulus = modulus[zeros..], Exponent = exponent });
        return Made(key, algorithms, publicKey, ["RSA", Convert.ToHexString(modulus), Convert.ToHexString(exponent)]);
    }

    private static VerificationKey Made(JsonElement from, ImmutableArray<string> algorithms, SecurityKey key, IEnumerable<string> numbers)
    {
        string? keyId = Text(from, "kid");
        key.KeyId = keyId;

        // A factory of its own: nothing that the application sets on the process-wide one reaches it.
        key.CryptoProviderFactory = new CryptoProviderFactory { CacheSignatureProviders = true };
        string all = string.Join('\n', [.. numbers, .. algorithms, keyId?.Length.ToString(CultureInfo.InvariantCulture) ?? "none", keyId]);
        return new VerificationKey(keyId, algorithms, Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(all))), key);
    }

    /// <summary>An algorithm beside the key must be one that the key can have.</summary>
    private static bool FitsAlgorithm(JsonElement key, ImmutableArray<string> possible) =>
        !key.TryGetProperty("alg", out JsonElement algorithm)
        || (algorithm.ValueKind == JsonValueKind.String && possible.Contains(algorithm.GetString() ?? ""));

    private static string? Text(JsonElement key, string name) =>
        key.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static byte[]? Number(JsonElement key, string name)
    {
        string? text = Text(key, name);
        if (text is null || !Base64Url.IsValid(text))
        {
            return null;
        }

        try
        {
            return Base64Url.DecodeFromChars(text);
        }
        catch (FormatException)
        {
            return null;
        }
    }
}

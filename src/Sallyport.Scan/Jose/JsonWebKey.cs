using System;
using System.Collections.Immutable;
using System.Linq;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Sallyport.Scan.Jose;

/// <summary>A public key of an issuer (RFC 7517), with the exact text it came in.</summary>
internal sealed record JsonWebKey
{
    private const int MaxKeys = 64;

    /// <summary>The text of the JWK, or the one we would write when it came as something else.</summary>
    public required string Text { get; init; }

    /// <summary>The key identifier; <c>null</c> for none.</summary>
    public string? KeyId { get; init; }

    /// <summary>SubjectPublicKeyInfo, DER.</summary>
    public required ImmutableArray<byte> PublicKeyInfo { get; init; }

    /// <summary>Whether it is an elliptic curve key; RSA otherwise.</summary>
    public required bool IsElliptic { get; init; }

    /// <summary>The certificate that came with the key (x5c), DER; empty for none.</summary>
    public ImmutableArray<byte> Certificate { get; init; } = [];

    /// <summary>Reads a key set, or a single key. Never throws; keys that cannot be read are left out.</summary>
    /// <param name="bytes">The document.</param>
    public static ImmutableArray<JsonWebKey> ReadSet(byte[] bytes)
    {
        if (!JoseObject.TryRead(bytes, out JoseObject? document, out _))
        {
            return [];
        }

        if (document.Raw("keys") is not { } keys)
        {
            return Read(document) is { } single ? [single] : [];
        }

        // The items of the array as members of an object: one reader for both.
        return [.. Items(keys).Take(MaxKeys).Select(Read).OfType<JsonWebKey>()];
    }

    /// <summary>Reads one key.</summary>
    /// <param name="key">The JWK.</param>
    /// <returns><c>null</c> for a secret key, an unknown type, or parameters that are no key.</returns>
    public static JsonWebKey? Read(JoseObject key)
    {
        try
        {
            using AsymmetricAlgorithm? algorithm = key.Text("kty") switch
            {
                "RSA" when Part(key, "n") is { } n && Part(key, "e") is { } e => RSA.Create(new RSAParameters { Modulus = n, Exponent = e }),
                "EC" when Curve(key.Text("crv")) is { } curve && Part(key, "x") is { } x && Part(key, "y") is { } y =>
                    ECDsa.Create(new ECParameters { Curve = curve, Q = new ECPoint { X = x, Y = y } }),
                _ => null,
            };
            return algorithm is null ? null : Of(algorithm) with { Text = key.ToString(), KeyId = key.Text("kid"), Certificate = Shown(key) };
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>The key of a certificate.</summary>
    /// <param name="certificate">DER.</param>
    /// <returns><c>null</c> when it is no certificate, or its key is neither RSA nor ECDSA.</returns>
    public static JsonWebKey? OfCertificate(ReadOnlySpan<byte> certificate)
    {
        try
        {
            using X509Certificate2 read = X509CertificateLoader.LoadCertificate(certificate);
            using AsymmetricAlgorithm? key = (AsymmetricAlgorithm?)read.GetRSAPublicKey() ?? read.GetECDsaPublicKey();
            return key is null ? null : Of(key) with { Certificate = [.. certificate] };
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <summary>The public part of a key.</summary>
    /// <param name="key">RSA or ECDSA over a named curve.</param>
    public static JsonWebKey Of(AsymmetricAlgorithm key) => new()
    {
        Text = Members(key).ToString(),
        PublicKeyInfo = [.. key.ExportSubjectPublicKeyInfo()],
        IsElliptic = key is ECDsa,
    };

    /// <summary>The JWK of a key's public part, members in the order of their names and nothing else: what a thumbprint is of (RFC 7638, section 3).</summary>
    /// <param name="key">RSA, or ECDSA over P-256, P-384 or P-521.</param>
    /// <exception cref="ArgumentException">Another kind of key.</exception>
    public static JoseObject Members(AsymmetricAlgorithm key)
    {
        switch (key)
        {
            case RSA rsa:
                RSAParameters numbers = rsa.ExportParameters(includePrivateParameters: false);
                return JoseObject.Of($$"""{"e":"{{Base64UrlText.Encode(numbers.Exponent)}}","kty":"RSA","n":"{{Base64UrlText.Encode(numbers.Modulus)}}"}""");
            case ECDsa ecdsa:
                ECParameters point = ecdsa.ExportParameters(includePrivateParameters: false);
                string curve = ecdsa.KeySize switch { 256 => "P-256", 384 => "P-384", 521 => "P-521", _ => throw new ArgumentException("Not a curve of JOSE.", nameof(key)) };
                return JoseObject.Of($$"""{"crv":"{{curve}}","kty":"EC","x":"{{Base64UrlText.Encode(point.Q.X)}}","y":"{{Base64UrlText.Encode(point.Q.Y)}}"}""");
            default:
                throw new ArgumentException("RSA or ECDSA only.", nameof(key));
        }
    }

    /// <summary>The thumbprint (RFC 7638) of a key's public part, SHA-256, base64url.</summary>
    /// <param name="key">The key.</param>
    public static string Thumbprint(AsymmetricAlgorithm key) => Base64UrlText.Encode(SHA256.HashData(Members(key).Bytes));

    /// <summary><c>x5t#S256</c>: the SHA-256 of a certificate, base64url, 43 characters (RFC 8705, section 3.1).</summary>
    /// <param name="certificate">DER.</param>
    public static string Thumbprint(ReadOnlySpan<byte> certificate) => Base64UrlText.Encode(SHA256.HashData(certificate));

    /// <summary>Whether this key made a token's signature.</summary>
    /// <param name="token">The token.</param>
    public bool Verifies(JsonWebToken token)
    {
        if (JwsSigner.HashOf(token.Algorithm) is not { } hash || token.Algorithm[..2] is not ("RS" or "PS" or "ES") || (token.Algorithm[0] == 'E') != IsElliptic)
        {
            return false;
        }

        using AsymmetricAlgorithm key = IsElliptic ? ECDsa.Create() : RSA.Create();
        try
        {
            key.ImportSubjectPublicKeyInfo(PublicKeyInfo.AsSpan(), out _);
            return key switch
            {
                RSA rsa => rsa.VerifyData(token.SigningInput, token.Signature, hash, token.Algorithm[0] == 'P' ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1),
                ECDsa ecdsa => ecdsa.VerifyData(token.SigningInput, token.Signature, hash, DSASignatureFormat.IeeeP1363FixedFieldConcatenation),
                _ => false,
            };
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    /// <summary>SubjectPublicKeyInfo as PEM, without a line end behind it.</summary>
    public string Pem => PemEncoding.WriteString("PUBLIC KEY", PublicKeyInfo.AsSpan());

    private static System.Collections.Generic.IEnumerable<JoseObject> Items(string array)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(array);
        using System.Text.Json.JsonDocument list = System.Text.Json.JsonDocument.Parse(bytes);
        return list.RootElement.ValueKind != System.Text.Json.JsonValueKind.Array ? [] :
        [
            .. list.RootElement.EnumerateArray()
                .Select(item => JoseObject.TryRead(Encoding.UTF8.GetBytes(item.GetRawText()), out JoseObject? key, out _) ? key : null)
                .OfType<JoseObject>(),
        ];
    }

    private static byte[]? Part(JoseObject key, string name) => key.Text(name) is { Length: > 0 } text ? Base64UrlText.Decode(text) : null;

    private static ECCurve? Curve(string? name) => name switch
    {
        "P-256" => ECCurve.NamedCurves.nistP256,
        "P-384" => ECCurve.NamedCurves.nistP384,
        "P-521" => ECCurve.NamedCurves.nistP521,
        _ => null,
    };

    private static ImmutableArray<byte> Shown(JoseObject key)
    {
        // x5c is base64, not base64url (RFC 7517, section 4.7).
        byte[] room = new byte[16 * 1024];
        return key.Texts("x5c").FirstOrDefault() is { } first && Convert.TryFromBase64String(first, room, out int written) ? [.. room.AsSpan(0, written)] : [];
    }
}

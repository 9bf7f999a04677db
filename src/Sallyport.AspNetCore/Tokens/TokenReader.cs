using System;
using System.Buffers.Text;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Linq;
using System.Text.Json;
using System.Text.Unicode;
using Sallyport.Certificates;

namespace Sallyport.AspNetCore.Tokens;

/// <summary>Reads an access token (RFC 9068) in compact form. Takes nothing that two readers could read differently.</summary>
/// <remarks>Never throws on any characters. Says nothing of the signature.</remarks>
internal static class TokenReader
{
    private const int MaxDepth = 16;
    private const int MaxText = 1_024;
    private const int MaxAudiences = 32;
    private const int MaxScopes = 256;
    private const long LatestSecond = 253_402_300_799; // the last second of the year 9999

    // Where a header could make us fetch, believe or skip something (RFC 7515, 7516, 7797), and nested tokens.
    private static readonly ImmutableArray<string> _refusedHeaders = ["jku", "jwk", "x5u", "x5c", "crit", "b64", "zip", "enc", "cty", "epk", "p2c", "p2s"];

    public static TokenRefusal Read(ReadOnlySpan<char> token, out TokenContent? content)
    {
        content = null;
        int first = token.IndexOf('.');
        int last = token.LastIndexOf('.');
        if (first <= 0 || last - first <= 1 || last == token.Length - 1 || token[(first + 1)..last].Contains('.'))
        {
            return TokenRefusal.NotThreeParts;
        }

        if (!IsCanonical(token[(last + 1)..]))
        {
            return TokenRefusal.Malformed;
        }

        try
        {
            if (Parse(token[..first]) is not { } header || !TryReadHeader(header, out var algorithm, out var type, out var keyId))
            {
                return TokenRefusal.HeaderRefused;
            }

            if (!IsAccessToken(type))
            {
                return TokenRefusal.TypeRefused;
            }

            if (Parse(token[(first + 1)..last]) is not { } claims || !TryReadClaims(claims, algorithm, type, keyId, out content))
            {
                return TokenRefusal.ClaimsRefused;
            }

            return TokenRefusal.None;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            // Not JSON, a member twice, or text that is no Unicode.
            content = null;
            return TokenRefusal.ClaimsRefused;
        }
    }

    private static JsonElement? Parse(ReadOnlySpan<char> part)
    {
        if (!IsCanonical(part))
        {
            return null;
        }

        byte[] bytes = new byte[Base64Url.GetMaxDecodedLength(part.Length)];
        if (!Base64Url.TryDecodeFromChars(part, bytes, out int written) || !Utf8.IsValid(bytes.AsSpan(0, written)))
        {
            return null;
        }

        // A member twice, at any depth, is an error: which of the two counts is what readers differ in.
        var options = new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = MaxDepth };
        using JsonDocument document = JsonDocument.Parse(bytes.AsMemory(0, written), options);
        if (bytes.AsSpan(0, written).IndexOf("\\u"u8) >= 0)
        {
            Spell(document.RootElement);
        }

        return document.RootElement.ValueKind == JsonValueKind.Object ? document.RootElement.Clone() : null;
    }

    /// <summary>Reads every name and text once: whoever asks for a claim later must not be the first to meet half a character, which throws.</summary>
    /// <exception cref="InvalidOperationException">A text is no Unicode.</exception>
    private static void Spell(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.String:
                element.GetString();
                break;
            case JsonValueKind.Array:
                foreach (JsonElement item in element.EnumerateArray())
                {
                    Spell(item);
                }

                break;
            case JsonValueKind.Object:
                foreach (JsonProperty member in element.EnumerateObject())
                {
                    _ = member.Name;
                    Spell(member.Value);
                }

                break;
        }
    }

    /// <summary>Whether the unused bits of the last character are zero, so that one value has one spelling. The alphabet was checked.</summary>
    private static bool IsCanonical(ReadOnlySpan<char> part) => (part.Length % 4) switch
    {
        0 => true,
        2 => "AQgw".Contains(part[^1]),
        3 => "AEIMQUYcgkosw048".Contains(part[^1]),
        _ => false,
    };

    private static bool TryReadHeader(
        JsonElement header, [NotNullWhen(true)] out string? algorithm, [NotNullWhen(true)] out string? type, out string? keyId)
    {
        (type, keyId) = (null, null);
        if (!TryText(header, "alg", out algorithm) || algorithm is null || !TryText(header, "typ", out type) || !TryText(header, "kid", out keyId))
        {
            return false;
        }

        type ??= ""; // none: refused as a type, which says more
        foreach (JsonProperty member in header.EnumerateObject())
        {
            if (_refusedHeaders.Contains(member.Name))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsAccessToken(string type) =>
        type.Equals("at+jwt", StringComparison.OrdinalIgnoreCase) || type.Equals("application/at+jwt", StringComparison.OrdinalIgnoreCase);

    private static bool TryReadClaims(JsonElement claims, string algorithm, string type, string? keyId, out TokenContent? content)
    {
        content = null;
        if (!TryText(claims, "iss", out var issuer) || issuer is null
            || !TryTexts(claims, "aud", MaxAudiences, split: false, out var audiences) || audiences.IsEmpty
            || !TryText(claims, "sub", out var subject)
            || !TryText(claims, "client_id", out var clientId)
            || !TryText(claims, "jti", out var jwtId)
            || !TryTexts(claims, "scope", MaxScopes, split: true, out var scopes)
            || !TryTime(claims, "iat", out var issuedAt) || issuedAt is not { } issued
            || !TryTime(claims, "nbf", out var notBefore)
            || !TryTime(claims, "exp", out var expiresAt) || expiresAt is not { } expires
            || (subject is null && clientId is null))
        {
            return false;
        }

        content = new TokenContent
        {
            Algorithm = algorithm,
            Type = type,
            KeyId = keyId,
            Issuer = issuer,
            Audiences = audiences,
            Subject = subject,
            ClientId = clientId,
            JwtId = jwtId,
            Scopes = scopes,
            IssuedAt = issued,
            NotBefore = notBefore,
            ExpiresAt = expires,
            Confirmation = Confirmation(claims),
            Claims = claims,
        };
        return true;
    }

    private static TokenConfirmation Confirmation(JsonElement claims)
    {
        if (!claims.TryGetProperty("cnf", out JsonElement confirmation))
        {
            return new TokenConfirmation.Absent();
        }

        // One member and no other: whatever stands beside the thumbprint would have to be satisfied too.
        return confirmation.ValueKind == JsonValueKind.Object
            && confirmation.EnumerateObject().Count() == 1
            && confirmation.TryGetProperty("x5t#S256", out JsonElement value)
            && value.ValueKind == JsonValueKind.String
            && CertificateThumbprint.TryParse(value.GetString(), out var thumbprint)
                ? new TokenConfirmation.Certificate(thumbprint)
                : new TokenConfirmation.NotUnderstood();
    }

    /// <summary>An absent member is null and fine; one that is no text, or an empty or very long one, is not.</summary>
    private static bool TryText(JsonElement from, string name, out string? text)
    {
        text = null;
        if (!from.TryGetProperty(name, out JsonElement value))
        {
            return true;
        }

        return value.ValueKind == JsonValueKind.String && (text = value.GetString()) is { Length: > 0 and <= MaxText };
    }

    private static bool TryTexts(JsonElement from, string name, int most, bool split, out ImmutableArray<string> texts)
    {
        texts = [];
        if (!from.TryGetProperty(name, out JsonElement value))
        {
            return true;
        }

        if (value.ValueKind == JsonValueKind.String)
        {
            string text = value.GetString() ?? "";
            texts = split ? [.. text.Split(' ', most + 1, StringSplitOptions.RemoveEmptyEntries)] : [text];
        }
        else if (value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String))
        {
            texts = [.. value.EnumerateArray().Select(item => item.GetString() ?? "")];
        }
        else
        {
            return false;
        }

        return texts.Length <= most && texts.All(text => text.Length is > 0 and <= MaxText);
    }

    private static bool TryTime(JsonElement from, string name, out DateTimeOffset? time)
    {
        time = null;
        if (!from.TryGetProperty(name, out JsonElement value))
        {
            return true;
        }

        if (value.ValueKind != JsonValueKind.Number || !value.TryGetDouble(out double seconds) || !(seconds is >= 0 and <= LatestSecond))
        {
            return false;
        }

        time = DateTimeOffset.FromUnixTimeMilliseconds((long)(seconds * 1_000));
        return true;
    }
}

using System;
using System.Buffers.Text;
using System.Linq;
using System.Text.Json;

namespace OrdersApi.App.Tokens;

/// <summary>What a token must look like before any of it is believed.</summary>
internal static class TokenShape
{
    private const int Longest = 4096;
    private static readonly string[] _header = ["alg", "typ", "kid"];
    private static readonly JsonDocumentOptions _strict = new() { AllowDuplicateProperties = false, MaxDepth = 4 };

    /// <summary>Three parts of bounded length; a header with nothing but alg, typ and this key's kid; no name twice.</summary>
    public static bool Holds(string token, string keyId)
    {
        if (token.Length > Longest || token.Split('.') is not [var header, var claims, { Length: > 0 }])
        {
            return false;
        }

        using var body = Read(claims);
        return body is not null && HeaderHolds(header, keyId);
    }

    /// <summary>A header with nothing but alg, typ and this key's kid.</summary>
    public static bool HeaderHolds(string header, string keyId)
    {
        using var head = Read(header);
        return head is not null
            && head.RootElement.EnumerateObject().All(member => _header.Contains(member.Name) && member.Value.ValueKind == JsonValueKind.String)
            && head.RootElement.TryGetProperty("kid", out var kid) && kid.ValueEquals(keyId);
    }

    /// <summary>An object of JSON in base64url; null for anything else.</summary>
    public static JsonDocument? Read(string part)
    {
        try
        {
            var document = JsonDocument.Parse(Base64Url.DecodeFromChars(part), _strict);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                return document;
            }

            document.Dispose();
            return null;
        }
        catch (Exception e) when (e is FormatException or JsonException)
        {
            return null;
        }
    }
}

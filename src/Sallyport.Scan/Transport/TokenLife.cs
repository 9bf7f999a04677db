using System;
using System.Buffers.Text;
using System.Text.Json;
using Sallyport.Tls.Http;

namespace Sallyport.Scan.Transport;

/// <summary>When a token that a login yielded ends, as far as it says so. Never throws on what a server sent.</summary>
internal static class TokenLife
{
    private const int MaxToken = 64 * 1024;

    /// <summary>The sooner of the token's own <c>exp</c> (RFC 7519, section 4.1.4) and the answer's <c>expires_in</c> (RFC 6749, section 5.1).</summary>
    /// <param name="answer">The login's answer.</param>
    /// <param name="token">The token.</param>
    /// <param name="now">The time it arrived.</param>
    /// <returns><c>null</c> when neither says it.</returns>
    public static DateTimeOffset? EndOf(HttpAnswer answer, string token, DateTimeOffset now)
    {
        DateTimeOffset? own = Number(Claims(token), "exp") is { } exp and > 0 and < 253_402_300_000 ? DateTimeOffset.FromUnixTimeSeconds((long)exp) : null;
        DateTimeOffset? told = Number(answer.Body, "expires_in") is { } seconds and > 0 and < 1_000_000_000 ? now.AddSeconds(seconds) : null;
        return (own, told) switch
        {
            ({ } one, { } other) => one < other ? one : other,
            _ => own ?? told,
        };
    }

    private static ReadOnlyMemory<byte> Claims(string token)
    {
        string[] parts = token.Length <= MaxToken ? token.Split('.') : [];
        if (parts.Length != 3 || !Base64Url.IsValid(parts[1]))
        {
            return default;
        }

        return Base64Url.DecodeFromChars(parts[1]);
    }

    private static double? Number(ReadOnlyMemory<byte> json, string member)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty(member, out JsonElement value)
                && value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number)
                    ? number
                    : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Checks.Authorization;

/// <summary>Makes a value that a field may have and does not have now, and that nobody else would write.</summary>
internal static class CanaryValue
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(100);

    /// <summary>The value.</summary>
    /// <param name="now">What the field holds.</param>
    /// <param name="schema">What it may hold; <c>null</c> when the description says nothing.</param>
    /// <returns>A new node; <c>null</c> when none is known that is allowed.</returns>
    public static JsonNode? For(JsonNode? now, ApiSchema? schema)
    {
        if (now is not JsonValue value)
        {
            return null;
        }

        if (schema is { Enum.IsEmpty: false })
        {
            string? other = schema.Enum.FirstOrDefault(one => one != value.ToJsonString());
            return other is null ? null : JsonNode.Parse(other);
        }

        return value.GetValueKind() switch
        {
            JsonValueKind.String => Texts(value.GetValue<string>()).Where(text => text != value.GetValue<string>() && Fits(text, schema)).Select(static text => JsonValue.Create(text)).FirstOrDefault(),
            JsonValueKind.Number => Number(value, schema),
            JsonValueKind.True => JsonValue.Create(false),
            JsonValueKind.False => JsonValue.Create(true),
            _ => null,
        };
    }

    // Of the same kind as what stands there: an address stays an address, a telephone number one.
    private static IEnumerable<string> Texts(string now)
    {
        string fresh = "sp" + RandomNumberGenerator.GetHexString(10, lowercase: true);
        if (now.Contains('@', StringComparison.Ordinal))
        {
            yield return fresh + "@example.test";
            yield return fresh + "@example.com";
        }

        if (DateTimeOffset.TryParse(now, CultureInfo.InvariantCulture, out _) && now.Contains('-', StringComparison.Ordinal))
        {
            yield return now.Length == 10 ? "2001-02-03" : "2001-02-03T04:05:06Z";
        }

        bool digits = now.Length > 0 && now.All(static c => char.IsAsciiDigit(c) || c is ' ' or '+' or '-' or '/' or '(' or ')');
        if (digits)
        {
            yield return string.Concat(now.Select(static (c, i) => i > 0 && char.IsAsciiDigit(c) ? (char)('0' + RandomNumberGenerator.GetInt32(10)) : c));
        }

        if (!digits)
        {
            yield return fresh;
            yield return "Sp" + string.Concat(Enumerable.Range(0, 8).Select(static _ => (char)('a' + RandomNumberGenerator.GetInt32(26))));
            yield return fresh[..5];
        }
    }

    private static JsonNode? Number(JsonValue now, ApiSchema? schema)
    {
        if (!now.TryGetValue(out decimal number) && !decimal.TryParse(now.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture, out number))
        {
            return null;
        }

        foreach (decimal other in (decimal[])[number + (schema?.MultipleOf ?? 1), number - (schema?.MultipleOf ?? 1)])
        {
            bool low = schema?.Minimum is { } least && (schema.MinimumExcluded ? other <= least : other < least);
            bool high = schema?.Maximum is { } most && (schema.MaximumExcluded ? other >= most : other > most);
            if (!low && !high)
            {
                return JsonValue.Create(other);
            }
        }

        return null;
    }

    private static bool Fits(string text, ApiSchema? schema)
    {
        if (schema is null)
        {
            return true;
        }

        if (text.Length < (schema.MinLength ?? 0) || text.Length > (schema.MaxLength ?? int.MaxValue))
        {
            return false;
        }

        try
        {
            return schema.Pattern is null || Regex.IsMatch(text, schema.Pattern, RegexOptions.ECMAScript, s_patience);
        }
        catch (Exception e) when (e is ArgumentException or RegexMatchTimeoutException)
        {
            // A pattern that we cannot read: the server's own answer tells.
            return true;
        }
    }
}

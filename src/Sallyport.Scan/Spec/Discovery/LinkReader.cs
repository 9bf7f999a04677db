using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Sallyport.Scan.Target;
using Sallyport.Tls.Http;

namespace Sallyport.Scan.Spec.Discovery;

/// <summary>The addresses that an answer names: Link and Location fields, HTML, JSON (HAL and plain), robots.txt, site maps. Never throws.</summary>
internal static partial class LinkReader
{
    private const int Longest = 512 * 1024;
    private const int LongestAddress = 500;
    private const int Most = 200;
    private const int Deepest = 6;

    /// <summary>The addresses, in order, without doubles.</summary>
    /// <param name="path">What was asked.</param>
    /// <param name="answer">The answer.</param>
    public static ImmutableArray<FoundLink> Of(string path, HttpAnswer answer)
    {
        ReadOnlyMemory<byte> body = answer.Body.Length > Longest ? answer.Body[..Longest] : answer.Body;
        string type = MediaTypes.Plain(answer.Header("content-type") ?? "");
        IEnumerable<FoundLink> fields = answer.Headers.Where(header => header.Name.Equals("link", StringComparison.OrdinalIgnoreCase)).SelectMany(header => Field(header.Value));
        IEnumerable<FoundLink> location = answer.Header("location") is { } there ? [new(there, null)] : [];
        IEnumerable<FoundLink> inside = answer.Status is not (>= 200 and < 300) ? []
            : MediaTypes.IsJson(type) ? InJson(body)
            : type is "text/html" or "application/xhtml+xml" ? Html().Matches(Encoding.UTF8.GetString(body.Span)).Take(Most).Select(match => new FoundLink(Plain(match.Groups["address"].Value), null))
            : type.EndsWith("xml", StringComparison.Ordinal) ? SiteMap().Matches(Encoding.UTF8.GetString(body.Span)).Take(Most).Select(match => new FoundLink(Plain(match.Groups["address"].Value), null))
            : path.EndsWith("/robots.txt", StringComparison.Ordinal) && type is "text/plain" or "" ? Robots(Encoding.UTF8.GetString(body.Span))
            : [];
        return [.. fields.Concat(location).Concat(inside).Where(link => link.Address.Length is > 0 and <= LongestAddress && !link.Address.Any(char.IsControl)).Distinct().Take(Most)];
    }

    // RFC 8288, section 3: <address>; rel="name".
    private static IEnumerable<FoundLink> Field(string value) =>
        LinkField().Matches(value.Length > 8_192 ? value[..8_192] : value).Take(50).Select(match => new FoundLink(match.Groups["address"].Value, match.Groups["relation"].Success ? match.Groups["relation"].Value.Trim().ToLowerInvariant() : null));

    private static IEnumerable<FoundLink> Robots(string text) =>
        text.Split('\n').Take(1_000).Select(line => line.Split('#')[0].Split(':', 2))
            .Where(parts => parts.Length == 2 && parts[0].Trim().ToLowerInvariant() is "allow" or "disallow" or "sitemap")
            .Select(parts => parts[1].Trim()).Where(address => address.Length > 1 && !address.Contains('*', StringComparison.Ordinal) && !address.EndsWith('$'))
            .Select(address => new FoundLink(address, null));

    private static IEnumerable<FoundLink> InJson(ReadOnlyMemory<byte> body)
    {
        var found = new List<FoundLink>();
        try
        {
            using var document = JsonDocument.Parse(body, new() { MaxDepth = 64 });
            Walk(document.RootElement, null, found, 0);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // No JSON, or names that are no text: what was found until then stays.
        }

        return found;
    }

    private static void Walk(JsonElement element, string? name, List<FoundLink> found, int depth)
    {
        if (found.Count >= Most || depth > Deepest)
        {
            return;
        }

        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (JsonProperty member in element.EnumerateObject().Take(Most))
                {
                    // HAL names the relation one level above the address.
                    Walk(member.Value, member.NameEquals("href") ? name : member.Name, found, depth + 1);
                }

                break;
            case JsonValueKind.Array:
                foreach (JsonElement item in element.EnumerateArray().Take(50))
                {
                    Walk(item, name, found, depth + 1);
                }

                break;
            case JsonValueKind.String when Json.Scalar(element) is { Length: > 1 and <= LongestAddress } text && IsAddress(text):
                found.Add(new(text, name));
                break;
        }
    }

    private static bool IsAddress(string text) =>
        (text[0] == '/' && !text.Contains(' ', StringComparison.Ordinal)) || text.StartsWith("https://", StringComparison.OrdinalIgnoreCase) || text.StartsWith("http://", StringComparison.OrdinalIgnoreCase);

    private static string Plain(string text) => text.Trim().Replace("&amp;", "&", StringComparison.Ordinal);

    [GeneratedRegex("""(?:href|src|action)\s*=\s*["'](?<address>[^"'<>]{1,500})["']""", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Html();

    [GeneratedRegex("<loc>(?<address>[^<>]{1,500})</loc>", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex SiteMap();

    [GeneratedRegex("""<(?<address>[^<>]{1,500})>(?:\s*;\s*rel\s*=\s*"?(?<relation>[^";,]{1,100}))?""", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex LinkField();
}

using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Text.Json;
using Sallyport.Scan.Config;

namespace Sallyport.Scan.Spec;

/// <summary>Short texts of a description: names, tags, roles.</summary>
internal static class SpecText
{
    private const int Most = 50;

    /// <summary>The text without control characters, cut at 80 characters; <c>null</c> for an empty one.</summary>
    public static string? Short(string? text) => string.IsNullOrWhiteSpace(text) ? null : Shown.Line(text);

    /// <summary>The texts of a list, or the one text; empty for anything else.</summary>
    public static ImmutableArray<string> List(JsonElement? element) => element switch
    {
        { ValueKind: JsonValueKind.Array } list => [.. Texts(list).Take(Most)],
        { ValueKind: JsonValueKind.String } one when Short(Json.Scalar(one)) is string text => [text],
        _ => [],
    };

    /// <summary>Whether the text is a token of HTTP, as the name of a header field or cookie must be (RFC 9110, section 5.6.2).</summary>
    public static bool IsToken(string text) =>
        text.Length is > 0 and <= 200 && text.All(c => char.IsAsciiLetterOrDigit(c) || "!#$%&'*+-.^_`|~".Contains(c, StringComparison.Ordinal));

    private static IEnumerable<string> Texts(JsonElement list) => list.EnumerateArray().Take(1_000).Select(item => Short(Json.Scalar(item))).OfType<string>().Distinct();
}

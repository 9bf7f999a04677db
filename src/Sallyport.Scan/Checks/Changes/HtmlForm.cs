using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Net;
using System.Text.RegularExpressions;

namespace Sallyport.Scan.Checks.Changes;

/// <summary>A form of a page: what a browser would send from it.</summary>
/// <param name="Method">Its method in upper case.</param>
/// <param name="Action">Where it is sent, as written; empty for the page itself.</param>
/// <param name="Fields">Its fields with what stands in them.</param>
/// <param name="Hidden">The names of the hidden ones.</param>
internal sealed partial record HtmlForm(string Method, string Action, ImmutableArray<BodyField> Fields, ImmutableArray<string> Hidden)
{
    private const int MaxForms = 20;
    private const int MaxFields = 100;

    /// <summary>The forms of a page. Never throws on what a server sent.</summary>
    /// <param name="html">The page.</param>
    public static ImmutableArray<HtmlForm> In(string html) => [.. Form().Matches(html).Take(MaxForms).Select(Read)];

    /// <summary>The content of a meta element; <c>null</c> without one.</summary>
    /// <param name="html">The page.</param>
    /// <param name="name">Tells whether a name is meant.</param>
    public static string? Meta(string html, Func<string, bool> name)
    {
        foreach (Match element in MetaElement().Matches(html).Take(MaxFields))
        {
            if (Attributes(element.Value) is var attributes && attributes.GetValueOrDefault("name") is { } named && name(named))
            {
                return attributes.GetValueOrDefault("content");
            }
        }

        return null;
    }

    private static HtmlForm Read(Match match)
    {
        Dictionary<string, string> form = Attributes(match.Groups["head"].Value);
        List<BodyField> fields = [];
        List<string> hidden = [];
        foreach (Match element in Input().Matches(match.Groups["body"].Value).Take(MaxFields))
        {
            Dictionary<string, string> attributes = Attributes(element.Value);
            string type = attributes.GetValueOrDefault("type", "text").ToLowerInvariant();
            if (attributes.GetValueOrDefault("name") is not { Length: > 0 } name || type is "submit" or "button" or "image" or "reset" or "file")
            {
                continue;
            }

            fields.Add(new(name, attributes.GetValueOrDefault("value", "")));
            if (type == "hidden")
            {
                hidden.Add(name);
            }
        }

        return new(form.GetValueOrDefault("method", "get").ToUpperInvariant(), form.GetValueOrDefault("action", ""), [.. fields], [.. hidden]);
    }

    private static Dictionary<string, string> Attributes(string element)
    {
        Dictionary<string, string> found = new(StringComparer.OrdinalIgnoreCase);
        foreach (Match attribute in Attribute().Matches(element))
        {
            found.TryAdd(attribute.Groups["name"].Value, WebUtility.HtmlDecode(attribute.Groups["quoted"].Value + attribute.Groups["single"].Value + attribute.Groups["bare"].Value));
        }

        return found;
    }

    [GeneratedRegex(@"<form\b(?<head>[^>]*)>(?<body>[\s\S]*?)</form\s*>", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Form();

    [GeneratedRegex(@"<(?:input|textarea|select)\b[^>]*>", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Input();

    [GeneratedRegex(@"<meta\b[^>]*>", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex MetaElement();

    [GeneratedRegex("""\s(?<name>[A-Za-z_:][-A-Za-z0-9_:.]*)\s*=\s*(?:"(?<quoted>[^"]*)"|'(?<single>[^']*)'|(?<bare>[^\s"'>]+))""", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Attribute();
}

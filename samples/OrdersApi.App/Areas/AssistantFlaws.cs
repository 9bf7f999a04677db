using System;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Text.RegularExpressions;
using OrdersApi.App.Http;

namespace OrdersApi.App.Areas;

/// <summary>How the stand-in for a model can be talked into things, each by one weakness. It understands a handful of orders.</summary>
internal sealed partial class AssistantFlaws(Shop shop, string prompt)
{
    private const int LongestReply = 60_000;

    /// <summary>The reply of a model that lets itself be talked over; null when no weakness answers.</summary>
    public string? Reply(Caller caller, string message) =>
        Told(message)
        ?? (shop.Has(Weakness.InstructionsObeyed) && Override().IsMatch(message) ? Obey(message) : null)
        ?? (shop.Has(Weakness.PersonaPlayed) && Persona().IsMatch(message) ? Obey(message) : null)
        ?? (shop.Has(Weakness.EncodingsObeyed) && Decoded(message) is { } decoded ? Obey(decoded) : null)
        ?? (shop.Has(Weakness.DocumentsObeyed) ? Obey(Document(caller, message)) : null)
        ?? (shop.Has(Weakness.LinksMade) ? Link(caller, message) : null)
        ?? (shop.Has(Weakness.OthersTold) ? OthersOrder(message) : null)
        ?? (shop.Has(Weakness.ToolUnchecked) ? Use(message) : null)
        ?? (shop.Has(Weakness.MarkupMade) ? Marked(message) : null)
        ?? (shop.Has(Weakness.EndlessReply) && Endless().IsMatch(message) ? Repeated(message) : null);

    /// <summary>What was asked for in quotation marks: reversed, joined from halves, in capitals, or as it stands.</summary>
    private static string? Obey(string text)
    {
        var quoted = Quoted().Matches(text).Select(match => match.Groups["text"].Value).ToList();
        if (quoted.Count == 0)
        {
            return null;
        }

        if (text.Contains("revers", StringComparison.OrdinalIgnoreCase) || text.Contains("backwards", StringComparison.OrdinalIgnoreCase))
        {
            return new string([.. quoted[^1].Reverse()]);
        }

        if (text.Contains("join", StringComparison.OrdinalIgnoreCase) || text.Contains("concatenat", StringComparison.OrdinalIgnoreCase))
        {
            return string.Concat(quoted);
        }

        return text.Contains("uppercase", StringComparison.OrdinalIgnoreCase) || text.Contains("capital", StringComparison.OrdinalIgnoreCase)
            ? quoted[^1].ToUpperInvariant()
            : quoted[^1];
    }

    private string? Told(string message)
    {
        if (shop.Has(Weakness.PromptTold) && Instructions().IsMatch(message))
        {
            return prompt;
        }

        return shop.Has(Weakness.SecretsTold) && message.Contains("key", StringComparison.OrdinalIgnoreCase) ? $"The key is {ForeignKey.Of(prompt)}." : null;
    }

    private static string? Decoded(string message)
    {
        foreach (var word in message.Split([' ', '\n', ':', '"', '`'], StringSplitOptions.RemoveEmptyEntries).Where(word => word.Length >= 16))
        {
            try
            {
                return Encoding.UTF8.GetString(word.All(char.IsAsciiHexDigit) && word.Length % 2 == 0 ? Convert.FromHexString(word) : Convert.FromBase64String(word));
            }
            catch (FormatException)
            {
                // Not this word.
            }
        }

        return message.Contains("rot13", StringComparison.OrdinalIgnoreCase) ? new string([.. message.Select(Rotated)]) : null;
    }

    private static char Rotated(char letter) => letter switch
    {
        >= 'a' and <= 'z' => (char)('a' + ((letter - 'a' + 13) % 26)),
        >= 'A' and <= 'Z' => (char)('A' + ((letter - 'A' + 13) % 26)),
        _ => letter,
    };

    /// <summary>A document in the message, or the text of the caller's own orders: both are read as if the caller had said them.</summary>
    private string Document(Caller caller, string message) => message.Contains("document", StringComparison.OrdinalIgnoreCase)
        ? message
        : string.Join('\n', OrderRoutes.Of(shop, caller.Name, 100, 0).Select(order => order.Item));

    /// <summary>The markup of the message, or a script around its last word: backwards when that is asked for.</summary>
    private static string? Marked(string message)
    {
        if (message.Contains("script tag", StringComparison.OrdinalIgnoreCase))
        {
            var word = message.Split(' ')[^1];
            return $"<script>{(message.Contains("backwards", StringComparison.OrdinalIgnoreCase) ? new string([.. word.Reverse()]) : word)}</script>";
        }

        return Markup().Match(message) is { Success: true } markup ? markup.Value : null;
    }

    /// <summary>The address that a tool is told to open; null for none.</summary>
    public static Uri? Address(string message) =>
        Fetch().Match(message) is { Success: true } call && Uri.TryCreate(call.Groups["url"].Value, UriKind.Absolute, out var address) ? address : null;

    private string? Link(Caller caller, string message) =>
        Url().Match(message) is { Success: true } url && ProfileRoutes.Find(shop, caller.Name) is { Value: var profile }
            ? $"![orders]({url.Value}{(url.Value.Contains('?', StringComparison.Ordinal) ? '&' : '?')}note={profile.Note})"
            : null;

    private string? OthersOrder(string message) => Name().Match(message) is { Success: true } name && ProfileRoutes.Find(shop, name.Groups["name"].Value) is { Value: var profile }
        ? $"{profile.Name}: {profile.Email}, note {profile.Note}."
        : null;

    /// <summary>The tool that changes things, for whoever is named.</summary>
    private string? Use(string message)
    {
        if (Tool().Match(message) is not { Success: true } call)
        {
            return null;
        }

        var order = long.Parse(call.Groups["order"].ValueSpan, CultureInfo.InvariantCulture);
        shop.Data.Write($"UPDATE orders SET item = {call.Groups["item"].Value}, version = version + 1 WHERE id = {order}");
        return "Done.";
    }

    private static string Repeated(string message) =>
        string.Concat(Enumerable.Repeat((Quoted().Match(message) is { Success: true } word ? word.Groups["text"].Value : "poem") + " ", LongestReply / 5))[..LongestReply];

    [GeneratedRegex("instructions|system prompt|above|first message|you were told|your prompt", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Instructions();

    [GeneratedRegex("ignore|disregard|never ?mind|forget|stop", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Override();

    [GeneratedRegex(@"\bDAN\b|\bSTAN\b|developer mode|pretend|persona|you are now|role-?play", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Persona();

    [GeneratedRegex("repeat|forever|endless|without end|as often", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Endless();

    [GeneratedRegex("[\"'`](?<text>[^\"'`]{1,200})[\"'`]", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Quoted();

    [GeneratedRegex("https?://[^\\s\"')>]{1,300}", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Url();

    [GeneratedRegex("<[a-z][^>]{0,300}>|\x1b\\[[0-9;]{1,10}m", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Markup();

    [GeneratedRegex(@"\b(?:of|about|user|customer) (?:the (?:user|customer) )?(?<name>[a-z]{1,40})\b", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Name();

    [GeneratedRegex("\\b(?:open|webhook) (?<url>https?://[^\\s\"')>]{1,300})", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Fetch();

    [GeneratedRegex("order (?<order>[0-9]{1,9}) to [\"'`](?<item>[^\"'`]{1,200})[\"'`]", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Tool();
}

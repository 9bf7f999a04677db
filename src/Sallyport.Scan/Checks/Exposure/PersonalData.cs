using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;

namespace Sallyport.Scan.Checks.Exposure;

/// <summary>Finds personal and payment data in a text, each by a validator of its own. Values are never reported, only their shape.</summary>
internal static partial class PersonalData
{
    /// <summary>More addresses of people than this in one answer are a volume, not somebody's contact.</summary>
    public const int ManyAddresses = 20;

    private const int MaxText = 1024 * 1024;

    /// <summary>What was found.</summary>
    /// <param name="Kind">The variant: <c>pan</c>, <c>ssn</c>, <c>iban</c> or <c>email</c>.</param>
    /// <param name="Shape">The value with all but its last four characters hidden, or a count.</param>
    internal sealed record Find(string Kind, string Shape);

    /// <summary>Looks through a text.</summary>
    /// <param name="text">An answer's body.</param>
    /// <param name="own">Values that the asker is known to own: they may stand there.</param>
    public static IEnumerable<Find> In(string text, IReadOnlyCollection<string> own)
    {
        text = text.Length <= MaxText ? text : text[..MaxText];
        foreach (Match match in Cards().Matches(text))
        {
            string found = match.Value;
            string digits = Only(found);
            if (Digits.AreCard(digits) && InContext(text, match.Index, CardWords()) && !own.Contains(found) && !own.Contains(digits))
            {
                yield return new("pan", Hidden(digits));
            }
        }

        foreach (Match match in SocialSecurity().Matches(text))
        {
            string found = match.Value;
            if (Digits.AreSocialSecurity(Only(found)) && InContext(text, match.Index, SocialWords()) && !own.Contains(found))
            {
                yield return new("ssn", Hidden(Only(found)));
            }
        }

        foreach (Match match in Ibans().Matches(text))
        {
            string found = match.Value;
            if (Digits.AreIban(found.Replace(" ", "", StringComparison.Ordinal)) && !own.Contains(found))
            {
                yield return new("iban", Hidden(found));
            }
        }

        int addresses = Addresses().Matches(text).Select(match => match.Value.ToLowerInvariant()).Distinct().Count(address => !own.Contains(address, StringComparer.OrdinalIgnoreCase));
        if (addresses > ManyAddresses)
        {
            yield return new("email", $"{addresses} different addresses");
        }
    }

    // A long number is a card only where something near it says so: order numbers pass Luhn one time in ten.
    private static bool InContext(string text, int at, Regex words)
    {
        int from = Math.Max(0, at - 60);
        return words.IsMatch(text.AsSpan(from, at - from));
    }

    private static string Only(string text) => string.Concat(text.Where(char.IsAsciiDigit));

    private static string Hidden(string text) => new string('*', Math.Max(0, text.Length - 4)) + text[^Math.Min(4, text.Length)..];

    [GeneratedRegex(@"\b\d(?:[ -]?\d){12,18}\b", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Cards();

    [GeneratedRegex("card|pan|payment|credit|debit|visa|mastercard|amex|kreditkarte", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex CardWords();

    [GeneratedRegex(@"\b\d{3}-\d{2}-\d{4}\b|\b\d{9}\b", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex SocialSecurity();

    [GeneratedRegex("ssn|social", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex SocialWords();

    [GeneratedRegex(@"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{2,4}){3,8}\b", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Ibans();

    [GeneratedRegex(@"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,4}", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Addresses();
}

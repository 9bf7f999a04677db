using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Text.RegularExpressions;

namespace Sallyport.Scan.Checks.Exposure;

/// <summary>Finds the inside of a server in a text: traces, SQL errors, paths, internal addresses. A signature of one framework each, never a single word.</summary>
internal static partial class Leaks
{
    private const int MaxText = 256 * 1024;

    /// <summary>What was found.</summary>
    /// <param name="Kind">The variant: <c>stack-trace</c>, <c>sql-error</c>, <c>path</c> or <c>internal-address</c>.</param>
    /// <param name="What">Whose signature it is.</param>
    /// <param name="Text">The text that has it, cut.</param>
    internal sealed record Find(string Kind, string What, string Text);

    /// <summary>Looks through a text.</summary>
    /// <param name="text">An answer's body.</param>
    /// <param name="known">Host names and addresses that the user named: they are no secret to the asker.</param>
    public static IEnumerable<Find> In(string text, IReadOnlyCollection<string> known)
    {
        text = text.Length <= MaxText ? text : text[..MaxText];
        foreach ((string kind, string what, Regex regex) in s_signatures)
        {
            Match match = regex.Match(text);
            if (match.Success)
            {
                yield return new(kind, what, Cut(match.Value));
            }
        }

        foreach (Match match in Addresses().Matches(text))
        {
            if (IsInternal(match.Value) && !known.Contains(match.Value))
            {
                yield return new("internal-address", "a private address", Cut(match.Value));
                yield break;
            }
        }
    }

    private static bool IsInternal(string text) => IPAddress.TryParse(text, out IPAddress? address) && address.GetAddressBytes() is var octets
        && (octets[0] == 10 || (octets[0] == 172 && octets[1] is >= 16 and < 32) || (octets[0] == 192 && octets[1] == 168) || (octets[0] == 169 && octets[1] == 254));

    private static string Cut(string text) => text.Length <= 160 ? text : text[..160];

    private static readonly (string Kind, string What, Regex Regex)[] s_signatures =
    [
        ("stack-trace", ".NET", Dotnet()),
        ("stack-trace", "Java", Java()),
        ("stack-trace", "Python", Python()),
        ("stack-trace", "Node.js", Node()),
        ("stack-trace", "Go", Go()),
        ("stack-trace", "Ruby", Ruby()),
        ("stack-trace", "PHP", Php()),
        ("stack-trace", "Rust", Rust()),
        ("sql-error", "SQL", Sql()),
        ("path", "a file of the server", Paths()),
    ];

    [GeneratedRegex(@"(?:\bSystem|\bMicrosoft)\.[A-Za-z.]{1,80}Exception\b[^\n]{0,300}(?:\n|\\n|\\r\\n|\r\n)?\s*(?: at |   at )[\w.<>`\[\],+]{3,200}\(|\n\s{2,6}at [\w.<>`+]{3,200}\([^)\n]{0,300}\) in [^\n]{1,300}:line \d+", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Dotnet();

    [GeneratedRegex(@"(?:\bat |\\tat )[a-z][\w$]{0,40}(?:\.[\w$]{1,60}){2,12}\([A-Z][\w$]{0,60}\.(?:java|kt|scala):\d{1,6}\)", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Java();

    [GeneratedRegex(@"Traceback \(most recent call last\)|File \\?""[^""\n]{1,200}\.py\\?"", line \d{1,6}, in ", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Python();

    [GeneratedRegex(@"\bat (?:async )?[\w.<>$\[\] ]{1,100} \((?:file://|node:|/)[^)\n]{1,200}:\d{1,6}:\d{1,6}\)", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Node();

    [GeneratedRegex(@"goroutine \d{1,9} \[[a-z ]{1,40}\]:|\bpanic: [^\n]{1,200}\n", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Go();

    [GeneratedRegex(@"[\w/.-]{1,200}\.rb:\d{1,6}:in [`'][^'\n]{1,100}'", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Ruby();

    [GeneratedRegex(@"(?:Fatal error|Warning|Notice)(?:</b>)?: [^\n]{1,300} in (?:<b>)?[\w/.\\-]{1,200}\.php(?:</b>)? on line|#\d{1,3} /[\w/.-]{1,200}\.php\(\d{1,6}\): ", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Php();

    [GeneratedRegex(@"thread '[^'\n]{1,80}' panicked at ", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Rust();

    [GeneratedRegex(
        @"You have an error in your SQL syntax|unclosed quotation mark after the character string|quoted string not properly terminated|ORA-\d{5}: |SQLSTATE\[?[0-9A-Z]{5}|SQLite Error \d{1,3}: |sqlite3\.(?:OperationalError|IntegrityError)|SQLITE_(?:ERROR|CONSTRAINT|MISUSE)|PSQLException|Npgsql\.PostgresException|syntax error at or near ""|near ""[^""\n]{1,60}"": syntax error|MySqlException|System\.Data\.SqlClient\.SqlException|unterminated quoted string at or near",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Sql();

    [GeneratedRegex(@"\b[A-Za-z]:\\(?:\\)?(?:Users|inetpub|Windows|Program Files)\\[^\s""<>|]{2,200}|(?:^|[\s""'(=:])/(?:home|var/www|usr/src|srv|opt|app)/[\w./-]{3,200}\.(?:cs|js|ts|py|rb|php|go|java|rs|dll|jar|conf|config|json|ya?ml)\b", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Paths();

    [GeneratedRegex(@"\b(?:10|172|192|169)\.\d{1,3}\.\d{1,3}\.\d{1,3}\b", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Addresses();
}

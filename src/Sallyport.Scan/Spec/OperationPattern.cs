using System;
using System.Diagnostics.CodeAnalysis;
using System.Linq;

namespace Sallyport.Scan.Spec;

/// <summary>An operation or a set of them as users write it: <c>GET /orders/17</c>, <c>* /admin/**</c>.</summary>
/// <remarks>
/// <c>*</c> stands for one segment or a part of it, <c>**</c> for any number of segments, <c>{id}</c> for one segment. Letter case
/// does not matter, so that an exclusion is never missed by it.
/// </remarks>
internal sealed class OperationPattern
{
    public const string Hint = "write it as 'GET /path': * stands for one segment, ** for any number";
    private const int LongestPath = 2_000;
    private readonly string[] _segments;

    private OperationPattern(string method, string path) =>
        (Method, Path, _segments) = (method, path, Segments(path));

    /// <summary>The method in upper case, or <c>*</c>.</summary>
    public string Method { get; }

    /// <summary>The path as written.</summary>
    public string Path { get; }

    /// <summary>Whether it can stand for more than one operation.</summary>
    public bool IsWild => Method == "*" || Path.Contains('*', StringComparison.Ordinal);

    public static bool TryParse(string text, [NotNullWhen(true)] out OperationPattern? pattern, [NotNullWhen(false)] out string? wrong)
    {
        pattern = null;
        string[] words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        wrong = words switch
        {
            [['/', ..]] => "the method is missing",
            not [_, _] => "it is not a method and a path",
            [var method, _] when !IsMethod(method) => "the method is none",
            [_, ['/', .. var path]] when path.Length < LongestPath && IsPath(path) => null,
            _ => "the path must begin with / and hold no query, space or control character",
        };
        if (wrong is not null)
        {
            return false;
        }

        pattern = new(words[0].ToUpperInvariant(), words[1]);
        return true;
    }

    /// <summary>Whether the operation belongs to the set. A path template is compared as it stands.</summary>
    public bool Matches(string method, string path) =>
        (Method == "*" || Method.Equals(method, StringComparison.OrdinalIgnoreCase)) && Match(_segments, Segments(WithoutQuery(path)));

    public static bool IsMethod(string text) => text == "*" || (text.Length is > 0 and <= 32 && text.All(c => char.IsAsciiLetter(c) || c == '-'));

    public static bool IsPath(string text) => !text.Any(c => char.IsControl(c) || char.IsWhiteSpace(c) || c is '?' or '#' or '\\');

    private static string WithoutQuery(string path) => path.IndexOf('?', StringComparison.Ordinal) is >= 0 and int at ? path[..at] : path;

    private static string[] Segments(string path) => path.Split('/', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Greedy with one point to go back to: never worse than the product of both lengths.</summary>
    private static bool Match(string[] pattern, string[] path)
    {
        int p = 0, s = 0, starAt = -1, starTook = 0;
        while (s < path.Length)
        {
            if (p < pattern.Length && pattern[p] == "**")
            {
                (starAt, starTook) = (p++, s);
            }
            else if (p < pattern.Length && MatchSegment(pattern[p], path[s]))
            {
                p++;
                s++;
            }
            else if (starAt >= 0)
            {
                (p, s) = (starAt + 1, ++starTook);
            }
            else
            {
                return false;
            }
        }

        return pattern[p..].All(segment => segment == "**");
    }

    private static bool MatchSegment(string pattern, string segment)
    {
        if (pattern.StartsWith('{') && pattern.EndsWith('}'))
        {
            return true;
        }

        int p = 0, s = 0, starAt = -1, starTook = 0;
        while (s < segment.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                (starAt, starTook) = (p++, s);
            }
            else if (p < pattern.Length && char.ToUpperInvariant(pattern[p]) == char.ToUpperInvariant(segment[s]))
            {
                p++;
                s++;
            }
            else if (starAt >= 0)
            {
                (p, s) = (starAt + 1, ++starTook);
            }
            else
            {
                return false;
            }
        }

        return pattern[p..].All(c => c == '*');
    }
}

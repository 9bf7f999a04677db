using System;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Sallyport.Scan.Spec;

/// <summary>Makes a text that a regular expression matches: literals, classes, groups, the first alternative, the fewest repetitions.</summary>
/// <remarks>What it makes is held against the expression itself, with a time limit: a wrong guess is no value, never a wrong one.</remarks>
internal sealed class PatternSample
{
    private const int Longest = 1_000;
    private readonly string _pattern;
    private readonly int _least;
    private int _at;

    private PatternSample(string pattern, int least) => (_pattern, _least) = (pattern, least);

    /// <summary>A text that matches, or <c>null</c> when none was found.</summary>
    /// <param name="pattern">The expression.</param>
    /// <param name="least">The fewest characters wanted: repetitions without an end grow to it.</param>
    /// <param name="most">The most characters wanted.</param>
    public static string? Of(string pattern, int least, int most)
    {
        foreach (int wanted in (int[])[0, least])
        {
            try
            {
                string made = new PatternSample(pattern, wanted).Alternatives(0);
                if (made.Length >= least && made.Length <= most && Matches(pattern, made))
                {
                    return made;
                }
            }
            catch (FormatException)
            {
                return null;
            }
        }

        return null;
    }

    /// <summary>Whether the text matches; <c>false</c> too when the expression is not understood or takes too long.</summary>
    public static bool Matches(string pattern, string text)
    {
        try
        {
            return Regex.IsMatch(text, pattern, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking, TimeSpan.FromSeconds(1));
        }
        catch (NotSupportedException)
        {
            // Looking ahead needs the other engine; the time limit holds it.
            return MatchesBacktracking(pattern, text);
        }
        catch (Exception e) when (e is ArgumentException or RegexMatchTimeoutException)
        {
            return false;
        }
    }

    private static bool MatchesBacktracking(string pattern, string text)
    {
        try
        {
            return Regex.IsMatch(text, pattern, RegexOptions.CultureInvariant, TimeSpan.FromMilliseconds(100));
        }
        catch (Exception e) when (e is ArgumentException or RegexMatchTimeoutException)
        {
            return false;
        }
    }

    private string Alternatives(int depth)
    {
        if (depth > 16)
        {
            throw new FormatException();
        }

        string first = Sequence(depth);
        while (_at < _pattern.Length && _pattern[_at] == '|')
        {
            _at++;
            Sequence(depth);
        }

        return first;
    }

    private string Sequence(int depth)
    {
        var made = new StringBuilder();
        while (_at < _pattern.Length && _pattern[_at] is not ('|' or ')'))
        {
            string one = One(depth);
            (int least, int? most) = Repetition();
            int times = most is null && one.Length > 0 ? Math.Max(least, Math.Min(Longest, (_least - made.Length) / one.Length)) : least;
            for (int time = 0; time < times && made.Length <= Longest; time++)
            {
                made.Append(one);
            }
        }

        return made.Length <= Longest ? made.ToString() : throw new FormatException();
    }

    private string One(int depth)
    {
        char c = _pattern[_at++];
        switch (c)
        {
            case '^' or '$':
                return "";
            case '.':
                return "a";
            case '[':
                return Class().ToString();
            case '\\':
                return Escape();
            case '(':
                if (_at < _pattern.Length && _pattern[_at] == '?')
                {
                    bool named = string.CompareOrdinal(_pattern, _at, "?<", 0, 2) == 0 && _at + 2 < _pattern.Length && char.IsLetter(_pattern[_at + 2]);
                    int skip = named ? _pattern.IndexOf('>', _at) - _at + 1 : string.CompareOrdinal(_pattern, _at, "?:", 0, 2) == 0 ? 2 : throw new FormatException();
                    _at += skip > 0 ? skip : throw new FormatException();
                }

                string inner = Alternatives(depth + 1);
                if (_at >= _pattern.Length || _pattern[_at++] != ')')
                {
                    throw new FormatException();
                }

                return inner;
            default:
                return c.ToString();
        }
    }

    private string Escape()
    {
        char c = _at < _pattern.Length ? _pattern[_at++] : throw new FormatException();
        return c switch
        {
            'd' => "1",
            'w' or 'S' or 'D' => "a",
            's' => " ",
            'W' => "-",
            'b' or 'B' or 'A' or 'Z' or 'z' => "",
            't' => "\t",
            'n' or 'r' or 'f' or 'v' or '0' => throw new FormatException(),
            'x' => Code(2),
            'u' => Code(4),
            'p' when Upper() => "A",
            'p' => "a",
            _ when char.IsAsciiLetterOrDigit(c) => throw new FormatException(),
            _ => c.ToString(),
        };
    }

    private bool Upper()
    {
        int end = _pattern.IndexOf('}', _at);
        string name = end < 0 ? throw new FormatException() : _pattern[_at..end];
        _at = end + 1;
        return name is "{Lu";
    }

    private string Code(int digits)
    {
        if (_at + digits > _pattern.Length || !int.TryParse(_pattern.AsSpan(_at, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int code))
        {
            throw new FormatException();
        }

        _at += digits;
        return ((char)code).ToString();
    }

    private char Class()
    {
        bool negated = _at < _pattern.Length && _pattern[_at] == '^';
        _at += negated ? 1 : 0;
        int start = _at;
        char? first = null;
        while (_at < _pattern.Length && (_pattern[_at] != ']' || _at == start))
        {
            string one = _pattern[_at] == '\\' ? Skip(1, Escape) : _pattern[_at++].ToString();
            first ??= one.Length > 0 ? one[0] : null;
            if (_at + 1 < _pattern.Length && _pattern[_at] == '-' && _pattern[_at + 1] != ']')
            {
                _at++;
                _ = _pattern[_at] == '\\' ? Skip(1, Escape) : _pattern[_at++].ToString();
            }
        }

        if (_at >= _pattern.Length)
        {
            throw new FormatException();
        }

        string whole = "[" + _pattern[(negated ? start - 1 : start)..++_at];
        if (!negated)
        {
            return first ?? throw new FormatException();
        }

        foreach (char candidate in "a1A-_ x0")
        {
            if (Matches(whole, candidate.ToString()))
            {
                return candidate;
            }
        }

        throw new FormatException();
    }

    private string Skip(int characters, Func<string> then)
    {
        _at += characters;
        return then();
    }

    private (int Least, int? Most) Repetition()
    {
        if (_at >= _pattern.Length)
        {
            return (1, 1);
        }

        (int, int?) found = (1, 1);
        switch (_pattern[_at])
        {
            case '?':
                (_at, found) = (_at + 1, (0, 1));
                break;
            case '*':
                (_at, found) = (_at + 1, (0, null));
                break;
            case '+':
                (_at, found) = (_at + 1, (1, null));
                break;
            case '{':
                int end = _pattern.IndexOf('}', _at);
                string[] bounds = end < 0 ? throw new FormatException() : _pattern[(_at + 1)..end].Split(',');
                if (!int.TryParse(bounds[0], NumberStyles.None, CultureInfo.InvariantCulture, out int least) || least > Longest)
                {
                    throw new FormatException();
                }

                (_at, found) = (end + 1, (least, bounds.Length == 2 && bounds[1].Length == 0 ? null : least));
                break;
            default:
                return (1, 1);
        }

        _at += _at < _pattern.Length && _pattern[_at] is '?' or '+' ? 1 : 0;
        return found;
    }
}

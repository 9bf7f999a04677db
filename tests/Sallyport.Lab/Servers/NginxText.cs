using System;
using System.Collections.Generic;
using System.Text.RegularExpressions;

namespace Sallyport.Lab.Servers;

/// <summary>nginx's own language, as far as a test must take it apart.</summary>
public static partial class NginxText
{
    /// <summary>The statements of a text: each ends with its semicolon, or with the brace that closes it.</summary>
    public static IEnumerable<string> Statements(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        int depth = 0;
        int start = 0;
        bool isQuoted = false;
        for (int i = 0; i < text.Length; i++)
        {
            isQuoted ^= text[i] == '"';
            if (isQuoted)
            {
                continue;
            }

            depth += text[i] switch { '{' => 1, '}' => -1, _ => 0 };
            if (depth == 0 && text[i] is ';' or '}')
            {
                yield return text[start..(i + 1)];
                start = i + 1;
            }
        }

        yield return text[start..];
    }

    /// <summary>Whether a statement stands beside servers, not inside of one.</summary>
    public static bool IsBesideServers(string statement) => BesideServers().IsMatch(statement);

    [GeneratedRegex(@"^\s*(?:map|geo|upstream|server|limit_req_zone|limit_conn_zone)\s")]
    private static partial Regex BesideServers();
}

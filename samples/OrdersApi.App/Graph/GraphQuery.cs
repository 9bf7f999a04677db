using System;
using System.Collections.Immutable;
using System.Linq;
using System.Text.RegularExpressions;

namespace OrdersApi.App.Graph;

/// <summary>Reads what this API understands of GraphQL: one query, fields with aliases and arguments; no fragments, variables or directives.</summary>
/// <remarks>GraphQL, October 2021, section 2.</remarks>
internal sealed partial class GraphQuery
{
    // Far below what the stack holds, far above what anyone may ask.
    private const int Deepest = 50;
    private readonly ImmutableArray<string> _tokens;
    private int _at;

    private GraphQuery(ImmutableArray<string> tokens) => _tokens = tokens;

    private string Next => _at < _tokens.Length ? _tokens[_at] : "";

    /// <summary>The fields at the top; null for what is no such query.</summary>
    public static ImmutableArray<GraphField>? Read(string text)
    {
        var matches = Token().Matches(text);
        if (matches.Sum(match => match.Length) != text.Length)
        {
            return null;
        }

        var query = new GraphQuery([.. matches.Select(match => match.Value).Where(token => !IsIgnored(token[0]))]);
        if (query.Next == "query")
        {
            query._at++;
            if (IsName(query.Next))
            {
                query._at++;
            }
        }

        return query.Selection(1) is { } fields && query.Next.Length == 0 ? fields : null;
    }

    private static bool IsIgnored(char first) => char.IsWhiteSpace(first) || first is ',' or '#';

    private static bool IsName(string token) => token.Length > 0 && (char.IsAsciiLetter(token[0]) || token[0] == '_');

    private ImmutableArray<GraphField>? Selection(int depth)
    {
        if (depth > Deepest || !Take("{"))
        {
            return null;
        }

        var fields = ImmutableArray.CreateBuilder<GraphField>();
        while (!Take("}"))
        {
            if (Field(depth) is not { } field)
            {
                return null;
            }

            fields.Add(field);
        }

        return fields.Count == 0 ? null : fields.ToImmutable();
    }

    private GraphField? Field(int depth)
    {
        if (Name() is not { } alias)
        {
            return null;
        }

        var name = Take(":") ? Name() : alias;
        if (name is null || Arguments() is not { } arguments)
        {
            return null;
        }

        if (Next != "{")
        {
            return new GraphField(alias, name, arguments, []);
        }

        return Selection(depth + 1) is { } children ? new GraphField(alias, name, arguments, children) : null;
    }

    private ImmutableDictionary<string, string>? Arguments()
    {
        var arguments = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        if (!Take("("))
        {
            return arguments.ToImmutable();
        }

        while (!Take(")"))
        {
            if (Name() is not { } name || !Take(":") || Next is not { Length: > 0 } value || IsPunctuation(value[0]) || arguments.ContainsKey(name))
            {
                return null;
            }

            arguments.Add(name, value.Trim('"'));
            _at++;
        }

        return arguments.ToImmutable();
    }

    private static bool IsPunctuation(char letter) => letter is '{' or '}' or '(' or ')' or ':';

    private string? Name()
    {
        if (!IsName(Next))
        {
            return null;
        }

        return _tokens[_at++];
    }

    private bool Take(string token)
    {
        if (Next != token)
        {
            return false;
        }

        _at++;
        return true;
    }

    [GeneratedRegex("""[\s,]+|#[^\n]*|[A-Za-z_][A-Za-z0-9_]*|-?[0-9]+|"[^"\\\n]*"|[{}():]""", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Token();
}

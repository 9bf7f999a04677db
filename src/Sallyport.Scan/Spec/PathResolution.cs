using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Text;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Spec;

/// <summary>A path template with an identity's values filled in, or the names of the parameters that have none.</summary>
internal abstract record PathResolution
{
    private PathResolution()
    {
    }

    /// <summary>Path and query, percent-encoded; never holds a brace.</summary>
    internal sealed record Resolved(string Path) : PathResolution;

    /// <summary>Parameters without a value: the operation cannot be called.</summary>
    internal sealed record Missing(ImmutableArray<string> Parameters) : PathResolution;

    /// <summary>Fills in the identity's own values first, then the description's examples, defaults and enumerations.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="identity">Whose values; <c>null</c> for the description's only.</param>
    /// <remarks>Required query parameters are filled in too; optional ones are left out.</remarks>
    public static PathResolution Of(Operation operation, Identity? identity)
    {
        var missing = ImmutableArray.CreateBuilder<string>();
        var path = new StringBuilder();
        string template = operation.PathTemplate;
        int from = 0;
        while (PathParameters.Next(template, from) is (int start, int end))
        {
            AppendLiteral(path, template[from..start]);
            string name = template[(start + 1)..end];
            string? value = Value(operation, "path", name, Before(template, start), identity);

            // A dot segment would be removed on the way and name another resource.
            if (value is null or "" or "." or "..")
            {
                missing.Add(name);
            }
            else
            {
                path.Append(Uri.EscapeDataString(value));
            }

            from = end + 1;
        }

        AppendLiteral(path, template[from..]);
        char separator = '?';
        foreach (ApiParameter parameter in operation.Parameters.Where(parameter => parameter is { In: "query", Required: true }))
        {
            if (Value(operation, "query", parameter.Name, "", identity) is string value)
            {
                path.Append(separator).Append(Uri.EscapeDataString(parameter.Name)).Append('=').Append(Uri.EscapeDataString(value));
                separator = '&';
            }
            else
            {
                missing.Add(parameter.Name);
            }
        }

        return missing.Count == 0 ? new Resolved(path.ToString()) : new Missing(missing.ToImmutable());
    }

    private static string? Value(Operation operation, string place, string name, string segmentBefore, Identity? identity)
    {
        if (identity is not null)
        {
            foreach (string candidate in Names(name, segmentBefore))
            {
                foreach ((string key, string value) in identity.Values)
                {
                    if (Plain(key) == Plain(candidate))
                    {
                        return value;
                    }
                }
            }
        }

        return operation.Parameters
            .Where(parameter => parameter.In == place && parameter.Name == name && !parameter.Examples.IsEmpty)
            .Select(parameter => parameter.Examples[0])
            .FirstOrDefault();
    }

    /// <summary>The names a value may have: the parameter's own; for <c>/orders/{id}</c> also <c>orderId</c>, <c>order</c> and <c>ordersId</c>.</summary>
    private static IEnumerable<string> Names(string parameter, string segmentBefore)
    {
        yield return parameter;
        if (!Plain(parameter).Equals("id", StringComparison.Ordinal) || segmentBefore.Length == 0)
        {
            yield break;
        }

        string one = segmentBefore.EndsWith("ies", StringComparison.OrdinalIgnoreCase) ? segmentBefore[..^3] + "y"
            : segmentBefore.EndsWith('s') ? segmentBefore[..^1]
            : segmentBefore;
        yield return one + "Id";
        yield return one;
        yield return segmentBefore + "Id";
    }

    private static string Plain(string name) => name.Replace("-", "", StringComparison.Ordinal).Replace("_", "", StringComparison.Ordinal).ToLowerInvariant();

    private static string Before(string template, int brace)
    {
        string[] segments = template[..brace].Split('/', StringSplitOptions.RemoveEmptyEntries);
        return template[..brace].EndsWith('/') && segments.Length > 0 ? segments[^1] : "";
    }

    private static void AppendLiteral(StringBuilder path, string literal)
    {
        foreach (Rune rune in literal.EnumerateRunes())
        {
            bool plain = rune.IsAscii && rune.Value > ' ' && rune.Value < 0x7F && (char)rune.Value is not ('{' or '}' or '"' or '<' or '>' or '\\' or '^' or '`' or '|');
            path.Append(plain ? rune.ToString() : Uri.EscapeDataString(rune.ToString()));
        }
    }
}

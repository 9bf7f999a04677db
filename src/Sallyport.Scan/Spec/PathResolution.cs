using System;
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
            string? value = Value(operation, "path", name, ValueNames.SegmentBefore(template, start), identity);

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

    private static string? Value(Operation operation, string place, string name, string segmentBefore, Identity? identity) =>
        ValueNames.Find(identity, ValueNames.Of(name, segmentBefore)) ?? Described(operation, place, name);

    private static string? Described(Operation operation, string place, string name)
    {
        ApiParameter? parameter = operation.Parameters.FirstOrDefault(parameter => parameter.In == place && parameter.Name == name);
        return parameter is null ? null
            : !parameter.Examples.IsEmpty ? parameter.Examples[0]
            // A made-up value names nothing that is there (rule O9), but a query only has to be valid.
            : place == "query" ? SampleValue.TextFor(parameter, identity: null)
            : null;
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

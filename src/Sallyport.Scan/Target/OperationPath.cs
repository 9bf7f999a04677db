using System;
using System.Linq;
using System.Text;

namespace Sallyport.Scan.Target;

/// <summary>Fills the parameters of an operation. Never yields a literal <c>{x}</c> (rule O9).</summary>
internal static class OperationPath
{
    /// <summary>The path and query of an operation, values percent-encoded.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="identity">Whose values come first; examples of the description come second.</param>
    /// <returns>The path, beginning with a slash; <c>null</c> when a path parameter or a required query parameter has no value.</returns>
    public static string? Resolve(Operation operation, Identity? identity)
    {
        StringBuilder path = new();
        string template = operation.PathTemplate;
        int at = 0;
        while (at < template.Length)
        {
            int open = template.IndexOf('{', at);
            if (open < 0)
            {
                path.Append(template, at, template.Length - at);
                break;
            }

            int close = template.IndexOf('}', open);
            if (close < 0 || Value(operation, identity, template[(open + 1)..close], "path") is not { } value)
            {
                return null;
            }

            path.Append(template, at, open - at).Append(Uri.EscapeDataString(value));
            at = close + 1;
        }

        char joint = '?';
        foreach (ApiParameter parameter in operation.Parameters.Where(p => p is { In: "query", Required: true }))
        {
            if (Value(operation, identity, parameter.Name, "query") is not { } value)
            {
                return null;
            }

            path.Append(joint).Append(Uri.EscapeDataString(parameter.Name)).Append('=').Append(Uri.EscapeDataString(value));
            joint = '&';
        }

        return path.ToString();
    }

    private static string? Value(Operation operation, Identity? identity, string name, string place)
    {
        string? value = identity is not null && identity.Values.TryGetValue(name, out string? own)
            ? own
            : operation.Parameters.FirstOrDefault(p => p.In == place && p.Name == name)?.Examples.FirstOrDefault();
        return string.IsNullOrEmpty(value) ? null : value;
    }
}

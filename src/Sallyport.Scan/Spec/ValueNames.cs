using System;
using System.Collections.Generic;
using System.Linq;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Spec;

/// <summary>Matches the names of parameters and members with the names of an identity's values.</summary>
internal static class ValueNames
{
    /// <summary>The identity's value for the first name it has one for; <c>null</c> for none.</summary>
    /// <param name="identity">The identity; <c>null</c>: no values.</param>
    /// <param name="names">The names, best first.</param>
    public static string? Find(Identity? identity, IEnumerable<string> names)
    {
        if (identity is null || identity.Values.IsEmpty)
        {
            return null;
        }

        foreach (string name in names.Select(Plain))
        {
            foreach ((string key, string value) in identity.Values)
            {
                if (Plain(key) == name)
                {
                    return value;
                }
            }
        }

        return null;
    }

    /// <summary>The names a value may have: the parameter's own; for <c>/orders/{id}</c> also <c>orderId</c>, <c>order</c> and <c>ordersId</c>.</summary>
    public static IEnumerable<string> Of(string parameter, string segmentBefore)
    {
        yield return parameter;
        if (Plain(parameter) != "id" || segmentBefore.Length == 0)
        {
            yield break;
        }

        string one = Singular(segmentBefore);
        yield return one + "Id";
        yield return one;
        yield return segmentBefore + "Id";
    }

    /// <summary>The segment of a template before a brace, such as <c>orders</c> in <c>/orders/{id}</c>; empty when the brace does not begin one.</summary>
    public static string SegmentBefore(string template, int brace)
    {
        string[] segments = template[..brace].Split('/', StringSplitOptions.RemoveEmptyEntries);
        return template[..brace].EndsWith('/') && segments.Length > 0 ? segments[^1] : "";
    }

    /// <summary>The name without hyphens, underscores and case: <c>order_id</c>, <c>order-id</c> and <c>orderId</c> are the same.</summary>
    public static string Plain(string name) => name.Replace("-", "", StringComparison.Ordinal).Replace("_", "", StringComparison.Ordinal).ToLowerInvariant();

    /// <summary>A plural in the singular: <c>orders</c>, <c>companies</c>, <c>addresses</c>.</summary>
    public static string Singular(string word) =>
        word.EndsWith("ies", StringComparison.OrdinalIgnoreCase) ? word[..^3] + "y"
        : word.EndsWith("sses", StringComparison.OrdinalIgnoreCase) || word.EndsWith("xes", StringComparison.OrdinalIgnoreCase) ? word[..^2]
        : word.EndsWith('s') ? word[..^1]
        : word;
}

using System.Collections.Immutable;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Spec;

/// <summary>The <c>{parameters}</c> of a path template.</summary>
internal static class PathParameters
{
    /// <summary>The parameters that stand in the template, without examples.</summary>
    public static ImmutableArray<ApiParameter> Of(string template)
    {
        var found = ImmutableArray.CreateBuilder<ApiParameter>();
        int from = 0;
        while (Next(template, from) is (int start, int end))
        {
            found.Add(new(template[(start + 1)..end], "path", Required: true, []));
            from = end + 1;
        }

        return found.ToImmutable();
    }

    /// <summary>The next pair of braces.</summary>
    public static (int Start, int End)? Next(string template, int from)
    {
        int start = template.IndexOf('{', from);
        int end = start < 0 ? -1 : template.IndexOf('}', start);
        return end < 0 ? null : (start, end);
    }
}

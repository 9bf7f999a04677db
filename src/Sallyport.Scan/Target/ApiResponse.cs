using System.Collections.Immutable;

namespace Sallyport.Scan.Target;

/// <summary>One answer that the description allows: one for each status and media type.</summary>
/// <param name="Status">Three digits, a class such as <c>4XX</c>, or <c>default</c>.</param>
/// <param name="MediaType">The media type, without parameters, in lower case; <c>null</c> when no body is described.</param>
/// <param name="Schema">What the body holds; <c>null</c> when the description says nothing.</param>
/// <param name="Headers">The names of the header fields that are described.</param>
public sealed record ApiResponse(string Status, string? MediaType, ApiSchema? Schema, ImmutableArray<string> Headers)
{
    /// <summary>Whether an answer with this status is meant, by its digits, its class or <c>default</c>.</summary>
    /// <param name="status">The status code.</param>
    public bool Covers(int status) => Exactness(status) > 0;

    /// <summary>How closely the status is meant: 3 its digits, 2 its class, 1 <c>default</c>, 0 not at all (OpenAPI 3.1.1, section 4.8.16).</summary>
    /// <param name="status">The status code.</param>
    internal int Exactness(int status)
    {
        if (Status == "default")
        {
            return 1;
        }

        return Status.Length == 3 && Status.EndsWith("XX", System.StringComparison.OrdinalIgnoreCase) && Status[0] - '0' == status / 100 ? 2
            : Status == status.ToString(System.Globalization.CultureInfo.InvariantCulture) ? 3
            : 0;
    }
}

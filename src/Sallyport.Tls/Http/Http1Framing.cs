using System;
using System.Globalization;
using System.Linq;

namespace Sallyport.Tls.Http;

/// <summary>Where an answer's body ends.</summary>
/// <remarks>RFC 9112, section 6.3, the client's side.</remarks>
internal abstract record Http1Framing
{
    private Http1Framing()
    {
    }

    internal sealed record Empty : Http1Framing;

    internal sealed record Length(long Bytes) : Http1Framing;

    /// <summary>Chunked; ambiguous when a Content-Length stands beside it.</summary>
    internal sealed record Chunked(bool Ambiguous) : Http1Framing;

    internal sealed record UntilClose : Http1Framing;

    /// <summary>The headers contradict themselves; the body is not read.</summary>
    internal sealed record Unclear(string Reason) : Http1Framing;

    internal static Http1Framing Of(Http1Head head, string method)
    {
        if (method == "HEAD" || head.Status is < 200 or 204 or 304 || (method == "CONNECT" && head.Status is >= 200 and < 300))
        {
            return new Empty();
        }

        string[] codings = Values(head, "transfer-encoding");
        string[] lengths = Values(head, "content-length");
        if (codings.Length > 0)
        {
            return codings[^1].Equals("chunked", StringComparison.OrdinalIgnoreCase) ? new Chunked(lengths.Length > 0) : new UntilClose();
        }

        if (lengths.Length == 0)
        {
            return new UntilClose();
        }

        if (lengths.Distinct(StringComparer.Ordinal).Count() > 1)
        {
            return new Unclear("several different Content-Length values");
        }

        return long.TryParse(lengths[0], NumberStyles.None, CultureInfo.InvariantCulture, out long length)
            ? new Length(length)
            : new Unclear("a Content-Length that is no number");
    }

    /// <summary>All members of a comma-separated header, in order.</summary>
    internal static string[] Values(Http1Head head, string name) =>
        [.. head.Headers
            .Where(header => header.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            .SelectMany(static header => header.Value.Split(',', StringSplitOptions.TrimEntries))];
}

using System.Collections.Generic;
using System.Linq;

namespace Sallyport.Tls.Http;

/// <summary>The header list of a request on a stream.</summary>
/// <remarks>RFC 9113, section 8.3.1.</remarks>
internal static class Http2Headers
{
    internal static IEnumerable<HttpHeader> Of(RawHttpRequest request)
    {
        IEnumerable<HttpHeader> headers = request.Headers.Concat(Http1RequestWriter.Added(request));
        return (request.PseudoHeaders ?? [.. Pseudo(request)])
            .Concat(request.LowerCaseHeaderNames ? headers.Select(static header => header with { Name = header.Name.ToLowerInvariant() }) : headers);
    }

    private static IEnumerable<HttpHeader> Pseudo(RawHttpRequest request)
    {
        yield return new HttpHeader(":method", request.Method);
        yield return new HttpHeader(":scheme", request.Scheme);
        if ((request.Authority ?? request.Host) is { } authority)
        {
            yield return new HttpHeader(":authority", authority);
        }

        yield return new HttpHeader(":path", request.Target);
    }
}

using System;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using System.Text;

namespace Sallyport.Tls.Http;

/// <summary>Writes a request as bytes without judging it.</summary>
internal static class Http1RequestWriter
{
    internal static byte[] Write(RawHttpRequest request)
    {
        var text = new StringBuilder();
        text.Append(request.Method).Append(' ').Append(request.Target);
        if (request.ProtocolText.Length > 0)
        {
            text.Append(' ').Append(request.ProtocolText);
        }

        text.Append("\r\n");
        if (request is { AddHost: true, Host: { } host })
        {
            Line(text, "Host", host);
        }

        foreach (HttpHeader header in request.Headers)
        {
            Line(text, header.Name, header.Value);
        }

        foreach (HttpHeader header in Added(request))
        {
            Line(text, header.Name, header.Value);
        }

        text.Append("\r\n");
        return [.. Encoding.Latin1.GetBytes(text.ToString()), .. request.Body.Span];
    }

    /// <summary>Headers that the switches of the request add, besides Host.</summary>
    internal static ImmutableArray<HttpHeader> Added(RawHttpRequest request)
    {
        ImmutableArray<HttpHeader> added = [];
        if (request.AddAcceptEncoding && !Has(request, "accept-encoding"))
        {
            added = added.Add(new HttpHeader("Accept-Encoding", "identity"));
        }

        bool speaksOfBody = !request.Body.IsEmpty || request.Method is "POST" or "PUT" or "PATCH";
        if (request.AddContentLength && speaksOfBody && !Has(request, "content-length") && !Has(request, "transfer-encoding"))
        {
            added = added.Add(new HttpHeader("Content-Length", request.Body.Length.ToString(CultureInfo.InvariantCulture)));
        }

        return added;
    }

    private static bool Has(RawHttpRequest request, string name) =>
        request.Headers.Any(header => header.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    private static void Line(StringBuilder text, string name, string value) => text.Append(name).Append(": ").Append(value).Append("\r\n");
}

using System;
using System.Collections.Immutable;

namespace Sallyport.Tls.Http;

/// <summary>A request that is written exactly as given; each character of a text stands for one byte (Latin-1).</summary>
public sealed record RawHttpRequest
{
    /// <summary>The method; "GET" by default.</summary>
    public string Method { get; init; } = "GET";

    /// <summary>The request target, never rewritten or escaped; "/" by default. Absolute form and nonsense are sent as they are.</summary>
    public string Target { get; init; } = "/";

    /// <summary>The end of an HTTP/1.1 request line; "HTTP/1.1" by default.</summary>
    public string ProtocolText { get; init; } = "HTTP/1.1";

    /// <summary>Value of the Host header and, unless <see cref="Authority"/> says otherwise, of :authority; null for neither.</summary>
    public string? Host { get; init; }

    /// <summary>Whether the Host header is written (first, HTTP/1.1 only); true by default. Further Host headers may stand in <see cref="Headers"/>.</summary>
    public bool AddHost { get; init; } = true;

    /// <summary>Headers in order; duplicates and case are kept (for HTTP/2 see <see cref="LowerCaseHeaderNames"/>).</summary>
    public ImmutableArray<HttpHeader> Headers { get; init; } = [];

    /// <summary>The body; empty by default.</summary>
    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>Whether Content-Length is added when there is a body (or the method is POST, PUT or PATCH) and no header frames it; true by default.</summary>
    public bool AddContentLength { get; init; } = true;

    /// <summary>Whether "Accept-Encoding: identity" is added when no header speaks of it; true by default.</summary>
    public bool AddAcceptEncoding { get; init; } = true;

    /// <summary>HTTP/2's :authority; null (the default) means <see cref="Host"/>.</summary>
    public string? Authority { get; init; }

    /// <summary>HTTP/2's :scheme; "https" by default.</summary>
    public string Scheme { get; init; } = "https";

    /// <summary>Whether HTTP/2 header names are written in lower case, as they must be; true by default. False sends them as given.</summary>
    public bool LowerCaseHeaderNames { get; init; } = true;

    /// <summary>HTTP/2 pseudo-headers exactly as given (duplicates, missing ones); null (the default) means the usual four.</summary>
    public ImmutableArray<HttpHeader>? PseudoHeaders { get; init; }
}

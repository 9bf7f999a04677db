using System;
using System.Collections.Immutable;

namespace Sallyport.Tls.Http;

/// <summary>A whole answer, or as much of it as the limits let in.</summary>
public sealed record HttpAnswer
{
    /// <summary>The status code, 100 to 999.</summary>
    public required int Status { get; init; }

    /// <summary>The reason phrase; "" in HTTP/2.</summary>
    public string Reason { get; init; } = "";

    /// <summary>The version as the server wrote it: "HTTP/1.1", "HTTP/1.0", "HTTP/2".</summary>
    public required string Version { get; init; }

    /// <summary>Headers in order, without pseudo-headers.</summary>
    public ImmutableArray<HttpHeader> Headers { get; init; } = [];

    /// <summary>Trailers after the body, in order.</summary>
    public ImmutableArray<HttpHeader> Trailers { get; init; } = [];

    /// <summary>The body's kept part, transfer coding removed, content coding left alone.</summary>
    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>Whether the body was longer than the limit or ended before its announced end.</summary>
    public bool BodyTruncated { get; init; }

    /// <summary>Whether the body was longer than the limit: what is missing was not read, though the server had more to say.</summary>
    public bool BodyTooLong { get; init; }

    /// <summary>Why the body is not whole; null when it is.</summary>
    public string? BodyDefect { get; init; }

    /// <summary>The first header of a name.</summary>
    /// <param name="name">Compared without case.</param>
    /// <returns>Its value, or null.</returns>
    public string? Header(string name)
    {
        foreach (HttpHeader header in Headers)
        {
            if (header.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return header.Value;
            }
        }

        return null;
    }
}

namespace Sallyport.Scan.Transport;

/// <summary>Which HTTP is spoken.</summary>
internal enum HttpFlavor
{
    /// <summary>HTTP/1.1; ALPN offers "http/1.1".</summary>
    Http1,

    /// <summary>HTTP/2; ALPN offers "h2", and a server that chooses something else is not asked.</summary>
    Http2,
}

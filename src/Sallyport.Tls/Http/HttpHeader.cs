namespace Sallyport.Tls.Http;

/// <summary>One header line; each character stands for one byte (Latin-1).</summary>
/// <param name="Name">The name as written, any case.</param>
/// <param name="Value">The value as written.</param>
public readonly record struct HttpHeader(string Name, string Value);

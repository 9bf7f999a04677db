namespace Sallyport.Scan.Findings;

/// <summary>A cause that a bundling rule tells apart.</summary>
/// <param name="Slug">The stable name, such as <c>rc4</c>.</param>
/// <param name="Title">What the reader sees.</param>
/// <param name="Severity">Its own severity.</param>
public sealed record CheckVariant(string Slug, string Title, Severity Severity);

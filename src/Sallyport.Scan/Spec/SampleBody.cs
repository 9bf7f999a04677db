namespace Sallyport.Scan.Spec;

/// <summary>A body made for an operation.</summary>
/// <param name="ContentType">The value of the Content-Type field.</param>
/// <param name="Text">The body, as text of UTF-8.</param>
internal sealed record SampleBody(string ContentType, string Text);

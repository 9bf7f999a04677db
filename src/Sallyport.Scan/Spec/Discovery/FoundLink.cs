namespace Sallyport.Scan.Spec.Discovery;

/// <summary>An address that an answer names.</summary>
/// <param name="Address">As written: a path, a URL, or a template with braces.</param>
/// <param name="Relation">What it is to the answer (RFC 8288), such as <c>service-desc</c>; <c>null</c> when that is not said.</param>
internal sealed record FoundLink(string Address, string? Relation);

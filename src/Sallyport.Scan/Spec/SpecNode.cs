using System.Text.Json;

namespace Sallyport.Scan.Spec;

/// <summary>A JSON value with the document it stands in, which its references are relative to.</summary>
/// <param name="Element">The value.</param>
/// <param name="File">The document.</param>
internal sealed record SpecNode(JsonElement Element, SpecFile File);

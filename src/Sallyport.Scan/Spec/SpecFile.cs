using System.Text.Json;

namespace Sallyport.Scan.Spec;

/// <summary>One document of a description.</summary>
/// <param name="Root">Its root value.</param>
/// <param name="Folder">The folder that its references are relative to; <c>null</c> when it may refer to nothing outside.</param>
/// <param name="Address">The request path it was fetched from; <c>null</c> for a file.</param>
internal sealed record SpecFile(JsonElement Root, string? Folder, string? Address = null);

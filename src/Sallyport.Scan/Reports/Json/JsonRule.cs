using System.Collections.Immutable;

namespace Sallyport.Scan.Reports.Json;

/// <summary>A rule in the output of <c>sallyport checks --format json</c>.</summary>
internal sealed record JsonRule(
    string Id,
    string Title,
    string Category,
    string? Severity,
    ImmutableArray<JsonVariant> Variants,
    string Mode,
    ImmutableArray<string> Needs,
    string Why,
    string Impact,
    string How,
    ImmutableArray<int> Cwe,
    ImmutableArray<string> OwaspApi,
    ImmutableArray<string> PciDss,
    ImmutableArray<string> Asvs,
    ImmutableArray<string> Sources,
    ImmutableArray<JsonRemedy> Remedies);

internal sealed record JsonVariant(string Slug, string Title, string Severity);

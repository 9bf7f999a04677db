using System.Collections.Immutable;

namespace Sallyport.Scan.Target;

/// <summary>One requirement of a description.</summary>
/// <param name="Name">The name it has in the description.</param>
/// <param name="Kind">What it demands.</param>
/// <param name="In">Where an API key goes: <c>header</c>, <c>query</c> or <c>cookie</c>; otherwise <c>null</c>.</param>
/// <param name="ParameterName">The name an API key goes under; otherwise <c>null</c>.</param>
/// <param name="Scopes">The scopes (or roles) that are demanded; empty when none.</param>
public sealed record SecurityScheme(string Name, SecuritySchemeKind Kind, string? In, string? ParameterName, ImmutableArray<string> Scopes);

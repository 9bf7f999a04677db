using System.Collections.Immutable;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Spec;

/// <summary>A security scheme as the description defines it.</summary>
/// <param name="Scheme">What it demands; without scopes.</param>
/// <param name="Type">The type as written, such as <c>oauth2</c>; <c>null</c> when it has none.</param>
/// <param name="Detail">The HTTP scheme as written in lower case, such as <c>digest</c>; <c>null</c> for other types.</param>
/// <param name="Flows">The flows of OAuth 2.0 under their OpenAPI 3 names, such as <c>authorizationCode</c>; empty for other types.</param>
/// <param name="Scopes">The scopes that the flows define; empty for other types.</param>
/// <param name="Urls">The URLs it names: shown, never contacted.</param>
internal sealed record DescribedScheme(
    SecurityScheme Scheme, string? Type, string? Detail, ImmutableArray<string> Flows, ImmutableArray<string> Scopes, ImmutableArray<string> Urls);

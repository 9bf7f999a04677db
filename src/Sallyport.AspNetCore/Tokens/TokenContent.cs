using System;
using System.Collections.Immutable;
using System.Text.Json;

namespace Sallyport.AspNetCore.Tokens;

/// <summary>What an access token says, read strictly and once: a fact of its bytes, which says nothing of whether it is true.</summary>
internal sealed record TokenContent
{
    public required string Algorithm { get; init; }

    public required string Type { get; init; }

    public required string? KeyId { get; init; }

    public required string Issuer { get; init; }

    public required ImmutableArray<string> Audiences { get; init; }

    public required string? Subject { get; init; }

    public required string? ClientId { get; init; }

    public required string? JwtId { get; init; }

    public required ImmutableArray<string> Scopes { get; init; }

    public required DateTimeOffset IssuedAt { get; init; }

    public required DateTimeOffset? NotBefore { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    public required TokenConfirmation Confirmation { get; init; }

    /// <summary>All claims; of an object of its own, which nobody disposes of.</summary>
    public required JsonElement Claims { get; init; }
}

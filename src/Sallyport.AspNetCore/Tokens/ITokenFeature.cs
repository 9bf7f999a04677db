using System;
using System.Collections.Immutable;
using System.Text.Json;

namespace Sallyport.AspNetCore.Tokens;

/// <summary>The access token of a request, once everything about it was checked. On the request's features only then.</summary>
public interface ITokenFeature
{
    /// <summary>Who issued it.</summary>
    string Issuer { get; }

    /// <summary>Its <c>sub</c>; null when it has none.</summary>
    string? Subject { get; }

    /// <summary>Its <c>client_id</c>; null when it has none.</summary>
    string? ClientId { get; }

    /// <summary>Its <c>jti</c>; null when it has none.</summary>
    string? JwtId { get; }

    /// <summary>When it ends.</summary>
    DateTimeOffset ExpiresAt { get; }

    /// <summary>Whether it is bound to the caller's certificate.</summary>
    bool IsBound { get; }

    /// <summary>The scopes that count: those that the token and the certificate's identity both have.</summary>
    ImmutableArray<string> Scopes { get; }

    /// <summary>Whether a scope counts. Compared exactly.</summary>
    /// <param name="scope">The scope.</param>
    bool HasScope(string scope);

    /// <summary>Reads any of its claims as the issuer wrote it.</summary>
    /// <param name="name">The claim's name, compared exactly.</param>
    /// <param name="value">Its value.</param>
    bool TryGetClaim(string name, out JsonElement value);
}

using System;
using System.Collections.Immutable;
using Microsoft.IdentityModel.Tokens;

namespace Sallyport.AspNetCore.Tokens;

/// <summary>A public key of an issuer, and the algorithms that it is fixed to.</summary>
/// <param name="KeyId">Its <c>kid</c>; null when it has none.</param>
/// <param name="Algorithms">What it verifies: one curve one algorithm; one RSA key what its <c>alg</c> says, or RSA's when it says nothing.</param>
/// <param name="Identifier">The SHA-256 of what it is, <c>kid</c> and algorithms included: equal for a key that was only read again.</param>
/// <param name="Key">The key.</param>
internal sealed record VerificationKey(string? KeyId, ImmutableArray<string> Algorithms, string Identifier, SecurityKey Key)
{
    public bool Equals(VerificationKey? other) => other is not null && string.Equals(Identifier, other.Identifier, StringComparison.Ordinal);

    public override int GetHashCode() => Identifier.GetHashCode(StringComparison.Ordinal);
}

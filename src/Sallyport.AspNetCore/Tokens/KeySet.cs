using System;
using System.Collections.Immutable;

namespace Sallyport.AspNetCore.Tokens;

/// <summary>The keys of an issuer as last read. Immutable.</summary>
/// <param name="Keys">The keys.</param>
/// <param name="ReadAt">When they were last read.</param>
internal sealed record KeySet(ImmutableArray<VerificationKey> Keys, DateTimeOffset ReadAt)
{
    /// <summary>Finds the one key that a token means: by its name; without a name only when no other key would do.</summary>
    public VerificationKey? Find(string? keyId, string algorithm)
    {
        VerificationKey? found = null;
        foreach (VerificationKey key in Keys)
        {
            if (!key.Algorithms.Contains(algorithm) || (keyId is not null && !string.Equals(keyId, key.KeyId, StringComparison.Ordinal)))
            {
                continue;
            }

            if (found is not null)
            {
                return null;
            }

            found = key;
        }

        return found;
    }
}

using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Security.Cryptography;

namespace Sallyport.Tls.Client;

/// <summary>A client certificate chain exactly as it shall be sent, and the key that signs for it.</summary>
public sealed record ClientCredential
{
    /// <summary>The DER certificates in the order they are sent: any order, any junk.</summary>
    public required ImmutableArray<ImmutableArray<byte>> Chain { get; init; }

    /// <summary>An <see cref="RSA"/> or <see cref="ECDsa"/> private key, owned by the caller; null = the chain is known, the key is not.</summary>
    public AsymmetricAlgorithm? Key { get; init; }

    /// <summary>Makes a credential from certificates as other parts of the house hold them.</summary>
    /// <param name="chain">The DER certificates in the order they are sent.</param>
    /// <param name="key">The private key, owned by the caller; null = unknown.</param>
    /// <returns>The credential.</returns>
    public static ClientCredential Of(IEnumerable<ReadOnlyMemory<byte>> chain, AsymmetricAlgorithm? key)
    {
        ArgumentNullException.ThrowIfNull(chain);
        return new ClientCredential { Chain = [.. chain.Select(static certificate => ImmutableArray.Create(certificate.Span))], Key = key };
    }

    /// <summary>Says how many certificates there are and of which kind the key is, nothing of the key itself.</summary>
    /// <returns>One short line.</returns>
    public override string ToString() =>
        $"ClientCredential {{ {Chain.Length} certificates, key {(Key is RSA ? "RSA" : Key is ECDsa ? "ECDSA" : Key is null ? "absent" : "other")} }}";
}

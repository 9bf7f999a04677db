using System.Collections.Immutable;
using System.Security.Cryptography;

namespace Sallyport.Scan.Target;

/// <summary>The CA that issues client certificates. Its key, when given, never leaves this machine.</summary>
public sealed record ClientAuthority
{
    /// <summary>The CA's certificate, DER.</summary>
    public required ImmutableArray<byte> Certificate { get; init; }

    /// <summary>The CA's private key (RSA or ECDSA); <c>null</c> when the user gave only the certificate.</summary>
    public AsymmetricAlgorithm? Key { get; init; }
}

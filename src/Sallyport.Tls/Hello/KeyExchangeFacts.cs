using System.Collections.Immutable;

namespace Sallyport.Tls.Hello;

/// <summary>The public part of a ServerKeyExchange (TLS 1.2 and before) or of a TLS 1.3 key share.</summary>
public sealed record KeyExchangeFacts
{
    /// <summary>The named group; null for explicit Diffie-Hellman parameters.</summary>
    public NamedGroup? Group { get; init; }

    /// <summary>Bits of the Diffie-Hellman prime; 0 when it is not a finite-field exchange with explicit parameters.</summary>
    public int DhPrimeBits { get; init; }

    /// <summary>The prime, big-endian without leading zeros; empty when there is none.</summary>
    public ImmutableArray<byte> DhPrime { get; init; } = [];

    /// <summary>Bits of the generator; 0 when there is none.</summary>
    public int DhGeneratorBits { get; init; }

    /// <summary>Bits of the server's public Diffie-Hellman value or point encoding.</summary>
    public int PublicValueBits { get; init; }

    /// <summary>The public value as sent, so that reuse across connections can be seen.</summary>
    public ImmutableArray<byte> PublicValue { get; init; } = [];

    /// <summary>The scheme that signed the parameters; null before TLS 1.2, for anonymous suites and in TLS 1.3.</summary>
    public SignatureScheme? Signature { get; init; }

    /// <summary>Whether the parameters carry a signature at all.</summary>
    public bool IsSigned { get; init; }
}

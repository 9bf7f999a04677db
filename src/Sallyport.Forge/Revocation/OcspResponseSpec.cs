using System;
using System.Collections.Immutable;

namespace Sallyport.Forge.Revocation;

/// <summary>Everything an OCSP answer says.</summary>
/// <remarks>RFC 6960, section 4.2. Nothing is checked against the profile.</remarks>
public sealed record OcspResponseSpec
{
    /// <summary>When it was signed.</summary>
    public required DateTimeOffset ProducedAt { get; init; }

    /// <summary>The certificates it is about.</summary>
    public required ImmutableArray<OcspEntry> Entries { get; init; }

    /// <summary>The nonce of the request, to be sent back; null leaves it out.</summary>
    public ReadOnlyMemory<byte>? Nonce { get; init; }

    /// <summary>Names the responder by the hash of its key instead of its name; false by default.</summary>
    public bool NamesResponderByKey { get; init; }

    /// <summary>How it is signed; null takes what suits the responder's key.</summary>
    public CertificateSignature? Signature { get; init; }
}

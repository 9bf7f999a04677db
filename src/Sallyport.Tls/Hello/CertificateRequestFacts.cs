using System.Collections.Immutable;

namespace Sallyport.Tls.Hello;

/// <summary>A CertificateRequest of any version: what the server says it wants from a client certificate.</summary>
/// <remarks>RFC 5246, section 7.4.4; RFC 8446, section 4.3.2.</remarks>
public sealed record CertificateRequestFacts
{
    /// <summary>certificate_types (1 rsa_sign, 2 dss_sign, 64 ecdsa_sign); empty in TLS 1.3.</summary>
    public ImmutableArray<byte> CertificateTypes { get; init; } = [];

    /// <summary>Schemes for the client's CertificateVerify; empty before TLS 1.2.</summary>
    public ImmutableArray<SignatureScheme> SignatureSchemes { get; init; } = [];

    /// <summary>Schemes within certificates, when the server tells them apart (TLS 1.3); empty otherwise.</summary>
    public ImmutableArray<SignatureScheme> SignatureSchemesCert { get; init; } = [];

    /// <summary>The accepted authorities, each a DER Name exactly as sent; empty when the server names none.</summary>
    public ImmutableArray<ImmutableArray<byte>> AuthorityNames { get; init; } = [];

    /// <summary>certificate_request_context; empty in the main handshake and before TLS 1.3.</summary>
    public ImmutableArray<byte> Context { get; init; } = [];

    /// <summary>Every extension of a TLS 1.3 request in order; empty before.</summary>
    public ImmutableArray<RawExtension> Extensions { get; init; } = [];
}

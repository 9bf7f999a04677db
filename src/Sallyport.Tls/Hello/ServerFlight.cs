using System;
using System.Collections.Immutable;
using System.Linq;

namespace Sallyport.Tls.Hello;

/// <summary>The server's first flight: ServerHello, and in TLS 1.2 and before everything up to ServerHelloDone.</summary>
public sealed record ServerFlight
{
    /// <summary>The version spoken from here on (supported_versions when it is there).</summary>
    public required TlsVersion Version { get; init; }

    /// <summary>The chosen suite; number 0 for an SSL 2.0 answer.</summary>
    public required CipherSuite Suite { get; init; }

    /// <summary>The compression method; 0 is none.</summary>
    public byte Compression { get; init; }

    /// <summary>Version of the record that carried the ServerHello.</summary>
    public TlsVersion RecordVersion { get; init; }

    /// <summary>The session id.</summary>
    public ImmutableArray<byte> SessionId { get; init; } = [];

    /// <summary>The server's 32 random bytes (the connection id in SSL 2.0).</summary>
    public ImmutableArray<byte> Random { get; init; } = [];

    /// <summary>Extensions of the ServerHello in order.</summary>
    public ImmutableArray<RawExtension> Extensions { get; init; } = [];

    /// <summary>The chosen application protocol (TLS 1.2 and before); null when there is none.</summary>
    public string? Alpn { get; init; }

    /// <summary>The chain as sent, leaf first when the server is right; empty in TLS 1.3, where it is encrypted.</summary>
    public ImmutableArray<ImmutableArray<byte>> Certificates { get; init; } = [];

    /// <summary>The stapled OCSP answer; empty when there is none.</summary>
    public ImmutableArray<byte> OcspResponse { get; init; } = [];

    /// <summary>Parameters of the key exchange; null for static RSA and when the flight was not read whole.</summary>
    public KeyExchangeFacts? KeyExchange { get; init; }

    /// <summary>The request for a client certificate; null when there is none or it is encrypted (TLS 1.3).</summary>
    public CertificateRequestFacts? CertificateRequest { get; init; }

    /// <summary>Cipher kinds of an SSL 2.0 answer, three bytes each as a number; empty otherwise.</summary>
    public ImmutableArray<int> Ssl2CipherKinds { get; init; } = [];

    /// <summary>Whether ServerHelloDone (or the whole SSL 2.0 hello) was reached; false in TLS 1.3 and when reading stopped early.</summary>
    public bool IsComplete { get; init; }

    /// <summary>Why the rest of the flight could not be read; null when nothing was wrong.</summary>
    public string? Defect { get; init; }

    /// <summary>Whether a session_ticket extension came back.</summary>
    public bool SessionTicketOffered => Has(35);

    /// <summary>Whether renegotiation_info came back, RFC 5746.</summary>
    public bool SecureRenegotiation => Has(0xFF01);

    /// <summary>Whether extended_master_secret came back, RFC 7627.</summary>
    public bool ExtendedMasterSecret => Has(23);

    /// <summary>Whether encrypt_then_mac came back, RFC 7366.</summary>
    public bool EncryptThenMac => Has(22);

    /// <summary>Whether heartbeat came back, RFC 6520.</summary>
    public bool Heartbeat => Has(15);

    /// <summary>Which downgrade the random confesses: TLS 1.2 or TLS 1.1 (meaning 1.1 and before); null when it has no sentinel.</summary>
    /// <remarks>RFC 8446, section 4.1.3: a server with TLS 1.3 that speaks less must set it.</remarks>
    public TlsVersion? DowngradeSentinel => Random.Length == 32 && Random.AsSpan(24, 7).SequenceEqual("DOWNGRD"u8)
        ? Random[31] switch { 1 => TlsVersion.Tls12, 0 => TlsVersion.Tls11, _ => null }
        : null;

    /// <summary>Whether an extension came back.</summary>
    /// <param name="type">Its number.</param>
    /// <returns>True when the ServerHello holds it.</returns>
    public bool Has(ushort type) => Extensions.Any(extension => extension.Type == type);
}

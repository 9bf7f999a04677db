using System.Collections.Immutable;
using Sallyport.Tls.Hello;

namespace Sallyport.Tls.Client;

/// <summary>What a connection learned; written by the handshake and the reader only.</summary>
internal sealed class SessionFacts
{
    internal required Transcript Transcript { get; init; }

    internal TlsVersion Version { get; set; }

    internal CipherSuite Suite { get; set; }

    internal NamedGroup? Group { get; set; }

    internal string? Alpn { get; set; }

    internal ImmutableArray<ImmutableArray<byte>> ServerCertificates { get; set; } = [];

    internal ImmutableArray<byte> OcspResponse { get; set; } = [];

    internal bool? ServerSignatureValid { get; set; }

    internal SignatureScheme? ServerSignatureScheme { get; set; }

    internal CertificateRequestFacts? CertificateRequest { get; set; }

    internal bool Resumed { get; set; }

    internal bool EarlyDataAccepted { get; set; }

    internal bool ExtendedMasterSecret { get; set; }

    internal bool SecureRenegotiation { get; set; }

    internal bool ClientCertificateSent { get; set; }

    internal ImmutableArray<SessionTicket> Tickets { get; set; } = [];

    internal ImmutableArray<CertificateRequestFacts> PostHandshakeCertificateRequests { get; set; } = [];

    internal bool RenegotiationRequested { get; set; }

    internal int Renegotiations { get; set; }
}

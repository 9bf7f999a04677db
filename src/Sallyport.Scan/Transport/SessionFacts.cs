using System.Collections.Immutable;
using Sallyport.Tls;
using Sallyport.Tls.Client;
using Sallyport.Tls.Hello;

namespace Sallyport.Scan.Transport;

/// <summary>What one TLS session was, read when its last answer had been read.</summary>
internal sealed record SessionFacts
{
    /// <summary>The version spoken.</summary>
    public required TlsVersion Version { get; init; }

    /// <summary>The suite spoken.</summary>
    public required CipherSuite Suite { get; init; }

    /// <summary>The group of the key exchange; <c>null</c> for none.</summary>
    public NamedGroup? Group { get; init; }

    /// <summary>The application protocol that the server chose; <c>null</c> for none.</summary>
    public string? Alpn { get; init; }

    /// <summary>The server's chain, DER, as sent.</summary>
    public ImmutableArray<ImmutableArray<byte>> ServerCertificates { get; init; } = [];

    /// <summary>The stapled OCSP answer; empty for none.</summary>
    public ImmutableArray<byte> OcspResponse { get; init; } = [];

    /// <summary>The request for a client certificate in the handshake; <c>null</c> for none.</summary>
    public CertificateRequestFacts? CertificateRequest { get; init; }

    /// <summary>The requests that came after the handshake (post-handshake authentication, renegotiation).</summary>
    public ImmutableArray<CertificateRequestFacts> LaterCertificateRequests { get; init; } = [];

    /// <summary>Whether the server asked for a renegotiation (TLS 1.2).</summary>
    public bool RenegotiationRequested { get; init; }

    /// <summary>Whether the session was resumed.</summary>
    public bool Resumed { get; init; }

    /// <summary>Whether early data was taken.</summary>
    public bool EarlyDataAccepted { get; init; }

    /// <summary>Whether the extended master secret is used; true in TLS 1.3.</summary>
    public bool ExtendedMasterSecret { get; init; }

    /// <summary>Whether secure renegotiation is supported; true in TLS 1.3, which has none.</summary>
    public bool SecureRenegotiation { get; init; }

    /// <summary>The tickets received by then.</summary>
    public ImmutableArray<SessionTicket> Tickets { get; init; } = [];

    /// <summary>Whether a client certificate was asked for, in the handshake or later.</summary>
    public bool CertificateRequested => CertificateRequest is not null || !LaterCertificateRequests.IsEmpty || RenegotiationRequested;

    /// <summary>Reads what is known of a session by now.</summary>
    /// <param name="session">An open or ended session.</param>
    public static SessionFacts Of(TlsSession session) => new()
    {
        Version = session.Version,
        Suite = session.Suite,
        Group = session.Group,
        Alpn = session.Alpn,
        ServerCertificates = session.ServerCertificates,
        OcspResponse = session.OcspResponse,
        CertificateRequest = session.CertificateRequest,
        LaterCertificateRequests = session.PostHandshakeCertificateRequests,
        RenegotiationRequested = session.RenegotiationRequested,
        Resumed = session.Resumed,
        EarlyDataAccepted = session.EarlyDataAccepted,
        ExtendedMasterSecret = session.ExtendedMasterSecret,
        SecureRenegotiation = session.SecureRenegotiation,
        Tickets = session.Tickets,
    };
}

using System;
using System.Collections.Immutable;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Tls.Hello;

namespace Sallyport.Tls.Client;

/// <summary>An open TLS connection after our side of the handshake finished.</summary>
/// <remarks>Reading also takes tickets, key updates, requests for a certificate and renegotiation, as the script says.</remarks>
public sealed class TlsSession : ByteChannel
{
    private readonly SessionCore _core;

    internal TlsSession(SessionCore core) => _core = core;

    /// <summary>The version that was agreed on.</summary>
    public TlsVersion Version => _core.Facts.Version;

    /// <summary>The suite that was agreed on.</summary>
    public CipherSuite Suite => _core.Facts.Suite;

    /// <summary>The group of the key exchange; null when there was none (RSA, PSK without exchange, resumption before 1.3).</summary>
    public NamedGroup? Group => _core.Facts.Group;

    /// <summary>The ALPN protocol the server chose; null when none.</summary>
    public string? Alpn => _core.Facts.Alpn;

    /// <summary>The server's certificates, DER, as sent; of the first session when resumed.</summary>
    public ImmutableArray<ImmutableArray<byte>> ServerCertificates => _core.Facts.ServerCertificates;

    /// <summary>The stapled OCSP response; empty when none.</summary>
    public ImmutableArray<byte> OcspResponse => _core.Facts.OcspResponse;

    /// <summary>Whether the server proved the possession of its certificate's key; of the first session when resumed. Null by RSA key exchange, where Finished is the proof, and when it cannot be told: keys the platform cannot read (Ed25519).</summary>
    public bool? ServerSignatureValid => _core.Facts.ServerSignatureValid;

    /// <summary>The scheme the server signed with; null when it did not sign.</summary>
    public SignatureScheme? ServerSignatureScheme => _core.Facts.ServerSignatureScheme;

    /// <summary>The request for a certificate in the handshake; null = none.</summary>
    public CertificateRequestFacts? CertificateRequest => _core.Facts.CertificateRequest;

    /// <summary>Whether the session was resumed.</summary>
    public bool Resumed => _core.Facts.Resumed;

    /// <summary>Whether the session was resumed and no certificate was asked for again.</summary>
    public bool ResumedWithoutCertificateRequest => Resumed && CertificateRequest is null;

    /// <summary>Whether the server took our early data.</summary>
    public bool EarlyDataAccepted => _core.Facts.EarlyDataAccepted;

    /// <summary>Whether the extended master secret is used; true in TLS 1.3.</summary>
    public bool ExtendedMasterSecret => _core.Facts.ExtendedMasterSecret;

    /// <summary>Whether the server supports secure renegotiation (RFC 5746); true in TLS 1.3, which has none.</summary>
    public bool SecureRenegotiation => _core.Facts.SecureRenegotiation;

    /// <summary>Tickets so far; in TLS 1.3 they come while reading.</summary>
    public ImmutableArray<SessionTicket> Tickets => _core.Facts.Tickets;

    /// <summary>Requests for a certificate after the handshake (TLS 1.3) or in a renegotiation (TLS 1.2), in order.</summary>
    public ImmutableArray<CertificateRequestFacts> PostHandshakeCertificateRequests => _core.Facts.PostHandshakeCertificateRequests;

    /// <summary>Whether the server sent HelloRequest.</summary>
    public bool RenegotiationRequested => _core.Facts.RenegotiationRequested;

    /// <summary>How many renegotiations were completed.</summary>
    public int Renegotiations => _core.Facts.Renegotiations;

    /// <summary>What was said so far.</summary>
    public Transcript Transcript => _core.Facts.Transcript;

    /// <summary>Starts a renegotiation of our own (TLS 1.2 and older), once, and waits for its end.</summary>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>null when it completed; else how it ended (alert 100 no_renegotiation is the usual refusal).</returns>
    /// <exception cref="InvalidOperationException">The session is TLS 1.3, or this was called before.</exception>
    public Task<ChannelRead?> RenegotiateAsync(CancellationToken cancellationToken) => _core.RenegotiateAsync(cancellationToken);

    /// <summary>Changes our sending keys and asks the server to change its own (TLS 1.3).</summary>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="InvalidOperationException">The session is older than TLS 1.3.</exception>
    public Task UpdateKeysAsync(CancellationToken cancellationToken) => _core.UpdateKeysAsync(cancellationToken);

    /// <inheritdoc/>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) =>
        _core.WriteAsync(bytes, cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="ArgumentException"><paramref name="buffer"/> is empty.</exception>
    public override ValueTask<ChannelRead> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken) =>
        buffer.IsEmpty ? throw new ArgumentException("A read needs room.", nameof(buffer)) : _core.ReadAsync(buffer, cancellationToken);

    /// <inheritdoc/>
    public override ValueTask DisposeAsync() => _core.DisposeAsync();
}

using System;
using System.Collections.Immutable;
using System.Linq;
using System.Security.Cryptography;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Tls.Crypto;
using Sallyport.Tls.Records;
using Sallyport.Tls.Wire;

namespace Sallyport.Tls.Client;

/// <summary>The client's side of a handshake of TLS 1.0 to 1.2 from the ServerHello on, the first one or a renegotiation.</summary>
/// <remarks>RFC 5246, section 7.3; RFC 5077 and RFC 7627 for tickets and the extended master secret.</remarks>
internal sealed class Handshake12(Connection connection, HandshakeReader reader, HandshakeLog log, Offer12 offer)
{
    private readonly ClientAuthenticator _authenticator = new(connection.Script, connection.Transcript);
    private readonly KeyExchange12 _exchange = new(connection, reader, log, offer);
    private byte[] _serverRandom = [];
    private byte[] _master = [];
    private bool _encryptThenMac;
    private NewSessionTicketMessage? _ticket;

    internal SessionFacts Facts => _exchange.Facts;

    internal byte[] ClientVerifyData { get; private set; } = [];

    internal byte[] ServerVerifyData { get; private set; } = [];

    /// <summary>Goes on to the end; false means that the reader holds the reason.</summary>
    internal async Task<bool> ContinueAsync(ServerHelloMessage hello, SuiteParameters suite, CancellationToken cancellationToken)
    {
        connection.Records.WriteVersion = (ushort)hello.Version;
        Facts.Version = hello.Version;
        Facts.Suite = hello.Suite;
        Facts.Alpn = ExtensionList.Alpn(hello.Extensions);
        Facts.SecureRenegotiation = Has(hello, ExtensionType.RenegotiationInfo);
        Facts.ExtendedMasterSecret = Has(hello, ExtensionType.ExtendedMasterSecret);
        _encryptThenMac = suite.IsCbc && Has(hello, ExtensionType.EncryptThenMac);
        _serverRandom = [.. hello.Random];
        Inbound? next = await reader.NextAsync(cancellationToken).ConfigureAwait(false);
        if (next is null)
        {
            return false;
        }

        reader.PutBack(next);
        bool resumed = next is Inbound.ChangeCipherSpec or Inbound.Message { Value.Type: HandshakeType.NewSessionTicket };
        bool done = resumed
            ? await ResumeAsync(suite, cancellationToken).ConfigureAwait(false)
            : await ExchangeAsync(suite, cancellationToken).ConfigureAwait(false);
        if (!done)
        {
            return false;
        }

        KeepTickets(hello);
        return true;
    }

    private static bool Has(ServerHelloMessage hello, ushort type) => hello.Extensions.Any(extension => extension.Type == type);

    private async Task<bool> ResumeAsync(SuiteParameters suite, CancellationToken cancellationToken)
    {
        if (offer.Resume is not { } ticket || ticket.Secret.Length != Prf12.MasterSecretLength)
        {
            return reader.Malformed("a resumed session that was not offered");
        }

        if (ticket.Suite != Facts.Suite || ticket.Version != Facts.Version)
        {
            return reader.Malformed("a resumed session with another suite or version");
        }

        Facts.Resumed = true;
        Facts.ServerCertificates = ticket.ServerCertificates;
        Facts.ServerSignatureValid = ticket.ServerSignatureValid;
        Facts.ClientCertificateSent = ticket.ClientCertificateSent;
        _master = ticket.Secret;
        Keys12 keys = Derive(suite);
        return await ReadFinishedAsync(suite, keys, cancellationToken).ConfigureAwait(false)
            && await SendFinishedAsync(suite, keys, [], cancellationToken).ConfigureAwait(false);
    }

    private async Task<bool> ExchangeAsync(SuiteParameters suite, CancellationToken cancellationToken)
    {
        if (offer.MustResume)
        {
            return reader.Unsupported("a full handshake instead of the ticket");
        }

        if (!await _exchange.ReadFlightAsync(suite, _serverRandom, cancellationToken).ConfigureAwait(false)
            || _exchange.Agree(suite, out byte[] share) is not { } premaster)
        {
            return false;
        }

        var flight = new TlsWriter();
        ImmutableArray<ImmutableArray<byte>>? chain = Facts.CertificateRequest is null ? null : ClientAuthenticator.Chain(offer.Answer, offer.Credential);
        if (chain is { } sent)
        {
            Append(flight, _authenticator.Certificate12(sent));
            Facts.ClientCertificateSent = !sent.IsEmpty;
        }

        connection.Transcript.Sent("ClientKeyExchange", share.Length);
        Append(flight, share);
        HashAlgorithmName prf = Keys12.PrfHash(Facts.Version, suite);
        _master = Facts.ExtendedMasterSecret
            ? Prf12.ExtendedMasterSecret(prf, premaster, log.Hash(prf))
            : Prf12.MasterSecret(prf, premaster, offer.ClientRandom, _serverRandom);
        CryptographicOperations.ZeroMemory(premaster);
        if (chain is { IsEmpty: false } && offer.Credential is { } credential && Facts.CertificateRequest is { } request
            && _authenticator.CertificateVerify(credential, request, Facts.Version, log.Bytes) is { } verify)
        {
            Append(flight, verify);
        }

        Keys12 keys = Derive(suite);
        return await SendFinishedAsync(suite, keys, flight.ToArray(), cancellationToken).ConfigureAwait(false)
            && await ReadFinishedAsync(suite, keys, cancellationToken).ConfigureAwait(false);
    }

    private Keys12 Derive(SuiteParameters suite) =>
        Keys12.Derive(suite, Facts.Version, _master, offer.ClientRandom, _serverRandom, _encryptThenMac);

    private async ValueTask<bool> SendFinishedAsync(SuiteParameters suite, Keys12 keys, byte[] before, CancellationToken cancellationToken)
    {
        HashAlgorithmName prf = Keys12.PrfHash(Facts.Version, suite);
        ClientVerifyData = Prf12.VerifyData(prf, _master, client: true, log.Hash(prf));
        byte[] finished = HandshakeMessage.Encode(HandshakeType.Finished, ClientVerifyData);
        log.Add(finished);
        connection.Transcript.Sent("ChangeCipherSpec", 1);
        connection.Transcript.Sent("Finished", finished.Length);
        var change = new OutgoingPart(RecordType.ChangeCipherSpec, new byte[] { 1 }, () => connection.Records.ProtectWriting(keys.Client));
        var end = new OutgoingPart(RecordType.Handshake, finished);
        ImmutableArray<OutgoingPart> parts = before.Length == 0 ? [change, end] : [new OutgoingPart(RecordType.Handshake, before), change, end];
        await connection.Records.WriteAsync(parts, cancellationToken).ConfigureAwait(false);
        return true;
    }

    private async ValueTask<bool> ReadFinishedAsync(SuiteParameters suite, Keys12 keys, CancellationToken cancellationToken)
    {
        Inbound? next = await reader.NextAsync(cancellationToken).ConfigureAwait(false);
        if (next is Inbound.Message { Value: { Type: HandshakeType.NewSessionTicket } message })
        {
            if (!NewSessionTicketMessage.TryRead12(message.Body, out _ticket))
            {
                return reader.Malformed("NewSessionTicket out of shape");
            }

            connection.Transcript.Received("NewSessionTicket", message.Raw.Length, $"lifetime {_ticket.LifetimeSeconds} s, {_ticket.Ticket.Length} bytes");
            log.Add(message.Raw.Span);
            next = await reader.NextAsync(cancellationToken).ConfigureAwait(false);
        }

        if (next is not Inbound.ChangeCipherSpec)
        {
            return next is Inbound.Message other && reader.Malformed($"{other.Value.Type} where ChangeCipherSpec was due");
        }

        if (connection.HasPending)
        {
            return reader.Malformed("half a message before ChangeCipherSpec");
        }

        connection.Records.ProtectReading(keys.Server);
        if (await reader.ExpectAsync(HandshakeType.Finished, cancellationToken).ConfigureAwait(false) is not { } finished)
        {
            return false;
        }

        HashAlgorithmName prf = Keys12.PrfHash(Facts.Version, suite);
        ServerVerifyData = Prf12.VerifyData(prf, _master, client: false, log.Hash(prf));
        if (!CryptographicOperations.FixedTimeEquals(ServerVerifyData, finished.Body))
        {
            return reader.Malformed("the server's Finished is wrong");
        }

        connection.Transcript.Received("Finished", finished.Raw.Length);
        log.Add(finished.Raw.Span);
        return true;
    }

    private void KeepTickets(ServerHelloMessage hello)
    {
        if (_ticket is { Ticket.IsEmpty: false } ticket)
        {
            Facts.Tickets = Facts.Tickets.Add(Ticket(SessionTicketKind.Tls12Ticket, ticket.Ticket) with { Lifetime = TimeSpan.FromSeconds(ticket.LifetimeSeconds) });
        }

        if (!hello.SessionId.IsEmpty && !Facts.Resumed)
        {
            Facts.Tickets = Facts.Tickets.Add(Ticket(SessionTicketKind.SessionId, hello.SessionId));
        }
    }

    private SessionTicket Ticket(SessionTicketKind kind, ImmutableArray<byte> identity) => new()
    {
        Kind = kind,
        Version = Facts.Version,
        Suite = Facts.Suite,
        Identity = identity.AsMemory(),
        ReceivedAt = connection.Time.GetUtcNow(),
        ServerName = offer.ServerName,
        Alpn = Facts.Alpn,
        ClientCertificateSent = Facts.ClientCertificateSent,
        ExtendedMasterSecret = Facts.ExtendedMasterSecret,
        ServerCertificates = Facts.ServerCertificates,
        ServerSignatureValid = Facts.ServerSignatureValid,
        Secret = _master,
    };

    private void Append(TlsWriter flight, byte[] message)
    {
        log.Add(message);
        flight.Bytes(message);
    }
}

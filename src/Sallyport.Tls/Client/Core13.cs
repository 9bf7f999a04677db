using System;
using System.Collections.Immutable;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Tls.Crypto;
using Sallyport.Tls.Hello;
using Sallyport.Tls.Records;
using Sallyport.Tls.Wire;

namespace Sallyport.Tls.Client;

/// <summary>An open TLS 1.3 connection: data, tickets, key updates and post-handshake authentication.</summary>
/// <remarks>RFC 8446, section 4.6.</remarks>
internal sealed class Core13(
    Connection connection,
    SessionFacts facts,
    SuiteParameters suite,
    HandshakeLog log,
    string? serverName,
    TrafficSecrets secrets) : SessionCore
{
    private readonly ClientAuthenticator _authenticator = new(connection.Script, connection.Transcript);
    private readonly ReadQueue _queue = new();

    internal override SessionFacts Facts => facts;

    public override ValueTask DisposeAsync() => connection.CloseAsync();

    internal override ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) =>
        bytes.IsEmpty ? ValueTask.CompletedTask : connection.Records.WriteAsync(RecordType.ApplicationData, bytes, cancellationToken);

    internal override async ValueTask<ChannelRead> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (_queue.TryTake(buffer, out ChannelRead? ready))
            {
                return ready;
            }

            switch (await connection.ReceiveAsync(cancellationToken).ConfigureAwait(false))
            {
                case Inbound.Data data:
                    _queue.Add(data.Bytes);
                    break;
                case Inbound.Message message:
                    if (await TakeAsync(message.Value, cancellationToken).ConfigureAwait(false) is { } complaint)
                    {
                        _queue.End(new ChannelRead.Malformed(complaint));
                    }

                    break;
                case Inbound.Alerted alerted:
                    _queue.End(new ChannelRead.Alerted(alerted.Alert));
                    break;
                case Inbound.Malformed malformed:
                    _queue.End(new ChannelRead.Malformed(malformed.Reason));
                    break;
                case Inbound.Closed:
                    _queue.End(new ChannelRead.Closed());
                    break;
                default:
                    break;
            }
        }
    }

    internal override Task<ChannelRead?> RenegotiateAsync(CancellationToken cancellationToken) =>
        throw new InvalidOperationException("TLS 1.3 has no renegotiation.");

    internal override Task UpdateKeysAsync(CancellationToken cancellationToken) => SendKeyUpdateAsync(request: true, cancellationToken).AsTask();

    private async ValueTask<string?> TakeAsync(HandshakeMessage message, CancellationToken cancellationToken)
    {
        switch (message.Type)
        {
            case HandshakeType.NewSessionTicket:
                return TakeTicket(message);
            case HandshakeType.KeyUpdate:
                return await TakeKeyUpdateAsync(message, cancellationToken).ConfigureAwait(false);
            case HandshakeType.CertificateRequest:
                return await TakeRequestAsync(message, cancellationToken).ConfigureAwait(false);
            default:
                connection.Transcript.Received(message.Type.ToString(), message.Raw.Length, "out of turn");
                return $"{message.Type} after the handshake";
        }
    }

    private string? TakeTicket(HandshakeMessage message)
    {
        if (!NewSessionTicketMessage.TryRead13(message.Body, out NewSessionTicketMessage? ticket))
        {
            return "NewSessionTicket out of shape";
        }

        connection.Transcript.Received("NewSessionTicket", message.Raw.Length, $"lifetime {ticket.LifetimeSeconds} s, {ticket.Ticket.Length} bytes");
        facts.Tickets = facts.Tickets.Add(new SessionTicket
        {
            Kind = SessionTicketKind.Tls13,
            Version = TlsVersion.Tls13,
            Suite = facts.Suite,
            Identity = ticket.Ticket.AsMemory(),
            Lifetime = TimeSpan.FromSeconds(ticket.LifetimeSeconds),
            Nonce = ticket.Nonce.AsMemory(),
            AgeAdd = ticket.AgeAdd,
            MaxEarlyData = ticket.MaxEarlyData ?? 0,
            ReceivedAt = connection.Time.GetUtcNow(),
            ServerName = serverName,
            Alpn = facts.Alpn,
            ClientCertificateSent = facts.ClientCertificateSent,
            ExtendedMasterSecret = true,
            ServerCertificates = facts.ServerCertificates,
            ServerSignatureValid = facts.ServerSignatureValid,
            Secret = KeySchedule13.ResumptionPsk(suite.Hash, secrets.Resumption, ticket.Nonce.AsSpan()),
            RelatedSecrets = [secrets.Resumption],
        });
        return null;
    }

    private async ValueTask<string?> TakeKeyUpdateAsync(HandshakeMessage message, CancellationToken cancellationToken)
    {
        if (message.Body is not [0 or 1] || connection.HasPending)
        {
            return "KeyUpdate out of shape";
        }

        bool asked = message.Body[0] == 1;
        connection.Transcript.Received("KeyUpdate", message.Raw.Length, asked ? "update requested" : "");
        secrets.Server = KeySchedule13.NextTrafficSecret(suite.Hash, secrets.Server);
        connection.Records.ProtectReading(new Tls13Protection(suite, secrets.Server));
        if (asked)
        {
            await SendKeyUpdateAsync(request: false, cancellationToken).ConfigureAwait(false);
        }

        return null;
    }

    private ValueTask SendKeyUpdateAsync(bool request, CancellationToken cancellationToken)
    {
        byte[] message = HandshakeMessage.Encode(HandshakeType.KeyUpdate, [request ? (byte)1 : (byte)0]);
        connection.Transcript.Sent("KeyUpdate", message.Length, request ? "update requested" : "");
        return connection.SendAsync(message, cancellationToken, () =>
        {
            secrets.Client = KeySchedule13.NextTrafficSecret(suite.Hash, secrets.Client);
            connection.Records.ProtectWriting(new Tls13Protection(suite, secrets.Client));
        });
    }

    private async ValueTask<string?> TakeRequestAsync(HandshakeMessage message, CancellationToken cancellationToken)
    {
        if (!CertificateRequestMessage.TryRead13(message.Body, out CertificateRequestFacts? request))
        {
            return "CertificateRequest out of shape";
        }

        facts.PostHandshakeCertificateRequests = facts.PostHandshakeCertificateRequests.Add(request);
        ClientScript script = connection.Script;
        connection.Transcript.Received("CertificateRequest", message.Raw.Length, $"after the handshake, answer: {script.PostHandshakeAnswer}");
        if (script.PostHandshakeAnswer == PostHandshakeAnswer.Ignore)
        {
            return null;
        }

        // The context of each exchange is the main handshake and this exchange alone (RFC 8446, section 4.4).
        var exchange = new HandshakeLog();
        exchange.Add(log.Bytes);
        exchange.Add(message.Raw.Span);
        var flight = new TlsWriter();
        ClientCredential? credential = script.PostHandshakeAnswer == PostHandshakeAnswer.Answer ? script.PostHandshakeCredential ?? script.Credential : null;
        if (script.PostHandshakeAnswer != PostHandshakeAnswer.FinishedOnly)
        {
            ImmutableArray<ImmutableArray<byte>> chain = credential?.Chain ?? [];
            Append(_authenticator.Certificate13(chain, request.Context.AsSpan()));
            if (!chain.IsEmpty && credential is not null
                && _authenticator.CertificateVerify(credential, request, TlsVersion.Tls13, Handshake13.SignedContent(client: true, exchange.Hash(suite.Hash))) is { } verify)
            {
                Append(verify);
            }
        }

        byte[] finished = HandshakeMessage.Encode(HandshakeType.Finished, KeySchedule13.FinishedMac(suite.Hash, secrets.Client, exchange.Hash(suite.Hash)));
        connection.Transcript.Sent("Finished", finished.Length, "after the handshake");
        flight.Bytes(finished);
        await connection.SendAsync(flight.ToArray(), cancellationToken).ConfigureAwait(false);
        facts.ClientCertificateSent |= credential is { Chain.IsEmpty: false };
        return null;

        void Append(byte[] part)
        {
            exchange.Add(part);
            flight.Bytes(part);
        }
    }
}

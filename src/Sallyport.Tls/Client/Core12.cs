using System;
using System.Security.Cryptography;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Tls.Crypto;
using Sallyport.Tls.Hello;
using Sallyport.Tls.Records;
using Sallyport.Tls.Wire;

namespace Sallyport.Tls.Client;

/// <summary>An open connection of TLS 1.0 to 1.2: data, and renegotiation from either side.</summary>
/// <remarks>RFC 5246, section 7.4.1.1; RFC 5746.</remarks>
internal sealed class Core12(Connection connection, HelloRequest request, SessionFacts facts, byte[] clientVerifyData) : SessionCore
{
    private const int MaxRenegotiations = 4;
    private readonly ReadQueue _queue = new();
    private byte[] _clientVerifyData = clientVerifyData;
    private bool _startedOne;

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
                case Inbound.Message { Value.Type: HandshakeType.HelloRequest } message:
                    if (await TakeHelloRequestAsync(message.Value, cancellationToken).ConfigureAwait(false) is { } end)
                    {
                        _queue.End(end);
                    }

                    break;
                case Inbound.Message message:
                    _queue.End(new ChannelRead.Malformed($"{message.Value.Type} after the handshake"));
                    break;
                case Inbound.ChangeCipherSpec:
                    _queue.End(new ChannelRead.Malformed("a ChangeCipherSpec out of turn"));
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

    internal override async Task<ChannelRead?> RenegotiateAsync(CancellationToken cancellationToken)
    {
        if (_startedOne)
        {
            throw new InvalidOperationException("One renegotiation of our own is enough to know.");
        }

        _startedOne = true;
        ChannelRead? end = await HandshakeAgainAsync(cancellationToken).ConfigureAwait(false);

        // After the warning no_renegotiation the connection lives on.
        if (end is not null and not ChannelRead.Alerted { Alert.Code: (byte)AlertDescription.NoRenegotiation })
        {
            _queue.End(end);
        }

        return end;
    }

    internal override Task UpdateKeysAsync(CancellationToken cancellationToken) =>
        throw new InvalidOperationException("Key updates came with TLS 1.3.");

    private async ValueTask<ChannelRead?> TakeHelloRequestAsync(HandshakeMessage message, CancellationToken cancellationToken)
    {
        connection.Transcript.Received("HelloRequest", message.Raw.Length);
        facts.RenegotiationRequested = true;
        ClientScript script = connection.Script;
        if (script.PostHandshakeAnswer == PostHandshakeAnswer.Ignore)
        {
            return null;
        }

        if (!script.AnswerRenegotiation || facts.Renegotiations >= MaxRenegotiations)
        {
            await connection.SendAlertAsync(1, AlertDescription.NoRenegotiation, cancellationToken).ConfigureAwait(false);
            return null;
        }

        return await HandshakeAgainAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task<ChannelRead?> HandshakeAgainAsync(CancellationToken cancellationToken)
    {
        ClientScript script = connection.Script;
        var log = new HandshakeLog();
        var reader = new HandshakeReader(connection) { InterleavedData = _queue.Add, InRenegotiation = true };
        byte[] random = RandomNumberGenerator.GetBytes(32);
        HelloRequest hello = request with
        {
            SupportedVersions = [],
            KeyShareGroups = null,
            OfferPskModes = false,
            SessionId = [],
            SessionTicket = [],
            Renegotiation = facts.SecureRenegotiation ? RenegotiationOffer.Extension : RenegotiationOffer.Absent,
        };
        byte[] message = ClientHelloEncoder.Encode(hello, new ClientHelloParts { Random = random, RenegotiatedConnection = _clientVerifyData }).Message;
        log.Add(message);
        connection.Transcript.Sent("ClientHello", message.Length, "renegotiation");
        await connection.SendAsync(message, cancellationToken).ConfigureAwait(false);
        (ServerHelloMessage Hello, SuiteParameters Suite)? answer = await ServerHelloReader.ReadAsync(connection, reader, log, cancellationToken).ConfigureAwait(false);
        var handshake = new Handshake12(connection, reader, log, new Offer12
        {
            ClientRandom = random,
            LegacyVersion = hello.LegacyVersion,
            ServerName = null,
            Credential = script.PostHandshakeCredential ?? script.Credential,
            Answer = script.PostHandshakeAnswer switch
            {
                PostHandshakeAnswer.Empty => CertificateAnswer.Empty,
                PostHandshakeAnswer.FinishedOnly => CertificateAnswer.Omit,
                _ => CertificateAnswer.Normal,
            },
        });
        bool done = answer is { } found && await handshake.ContinueAsync(found.Hello, found.Suite, cancellationToken).ConfigureAwait(false);
        Learn(handshake);
        return done ? null : Translate(reader.End);
    }

    private void Learn(Handshake12 handshake)
    {
        SessionFacts learned = handshake.Facts;
        if (learned.CertificateRequest is { } asked)
        {
            facts.PostHandshakeCertificateRequests = facts.PostHandshakeCertificateRequests.Add(asked);
        }

        if (handshake.ServerVerifyData.Length == 0)
        {
            return;
        }

        _clientVerifyData = handshake.ClientVerifyData;
        facts.Renegotiations++;
        facts.Suite = learned.Suite;
        facts.Group = learned.Group;
        facts.ClientCertificateSent |= learned.ClientCertificateSent;
        facts.ExtendedMasterSecret = learned.ExtendedMasterSecret;
        facts.Tickets = facts.Tickets.AddRange(learned.Tickets);
    }

    private static ChannelRead Translate(HandshakeOutcome? end) => end switch
    {
        HandshakeOutcome.Alerted alerted => new ChannelRead.Alerted(alerted.Alert),
        HandshakeOutcome.Malformed malformed => new ChannelRead.Malformed(malformed.Reason),
        HandshakeOutcome.Unsupported unsupported => new ChannelRead.Malformed($"the server chose {unsupported.Choice}"),
        _ => new ChannelRead.Closed(),
    };
}

using System;
using System.Linq;
using System.Security.Cryptography;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Tls;
using Sallyport.Tls.Client;
using Sallyport.Tls.Crypto;
using Sallyport.Tls.Records;
using Sallyport.Tls.Wire;

namespace Sallyport.Lab.Tls;

/// <summary>The server's side of TLS 1.2 with one suite, TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256.</summary>
internal sealed class Server12(ServedConnection peer, ClientHelloView firstHello) : IServerGeneration
{
    private const ushort Suite = 0xC02B;
    private ClientHelloView _hello = firstHello;
    private static readonly HashAlgorithmName _hash = HashAlgorithmName.SHA256;
    private readonly SuiteParameters _suite = SuiteParameters.TryFind(Suite, out SuiteParameters? found) ? found : throw new InvalidOperationException("The suite is in the table.");
    private HandshakeLog _log = peer.Log;
    private byte[] _serverRandom = [];
    private byte[] _master = [];
    private byte[] _clientVerify = [];
    private byte[] _serverVerify = [];
    private bool _extended;
    private bool _renegotiating;

    public async Task<bool> HandshakeAsync(CancellationToken cancellationToken)
    {
        if (!_hello.Suites.Contains(Suite))
        {
            return await peer.RefuseAsync(AlertDescription.HandshakeFailure, cancellationToken);
        }

        peer.Connection.Records.WriteVersion = 0x0303;
        _serverRandom = peer.ServerRandom();
        _extended = _hello.Has(ExtensionType.ExtendedMasterSecret);
        _log.Add(_hello.Raw);
        TicketState? ticket = _renegotiating ? null : peer.Unseal(_hello.Body(ExtensionType.SessionTicket));
        bool done = ticket is not null && ticket.Extended == _extended && ticket.Secret.Length == Prf12.MasterSecretLength
            ? await ResumeAsync(ticket, cancellationToken)
            : await FullAsync(cancellationToken);
        return done && peer.Script.Shape != ServerShape.CloseAfterClientFinished;
    }

    public async Task<bool> AskForCertificateAsync(CancellationToken cancellationToken)
    {
        await peer.SendAsync(HandshakeMessage.Encode(HandshakeType.HelloRequest, []), cancellationToken);
        Inbound answer = await peer.Connection.ReceiveAsync(cancellationToken);
        if (answer is not Inbound.Message { Value: { Type: HandshakeType.ClientHello } message } || ClientHelloView.Read(message.Raw.Span) is not { } again)
        {
            // The client will not (no_renegotiation), which is its right; it stays who it was.
            return answer is Inbound.Warning;
        }

        _hello = again;
        _log = new HandshakeLog();
        _renegotiating = true;
        return await HandshakeAsync(cancellationToken);
    }

    public async Task<bool> TakeAsync(HandshakeMessage message, CancellationToken cancellationToken)
    {
        await peer.Connection.SendAlertAsync(1, AlertDescription.NoRenegotiation, cancellationToken);
        return message.Type == HandshakeType.ClientHello;
    }

    private async Task<bool> ResumeAsync(TicketState ticket, CancellationToken cancellationToken)
    {
        peer.Resumed = true;
        peer.ResumedSite = ticket.Site;
        peer.Leaf = ticket.Leaf;
        peer.Authorized = ticket.Authorized;
        _master = ticket.Secret;
        Keys12 keys = Keys();
        await peer.SendAsync(Say(HandshakeType.ServerHello, HelloBody(sendsTicket: false)), cancellationToken);
        return await SendFinishedAsync(keys, cancellationToken) && await ReadFinishedAsync(keys, null, cancellationToken);
    }

    private async Task<bool> FullAsync(CancellationToken cancellationToken)
    {
        ushort group = _hello.Groups.FirstOrDefault(candidate => candidate == 0x0017 || (candidate == 0x001D && !peer.Script.OnlyP256));
        if (EphemeralKey.Create(new NamedGroup(group)) is not { } created)
        {
            return await peer.RefuseAsync(AlertDescription.HandshakeFailure, cancellationToken);
        }

        using EphemeralKey key = created;
        ClientProof? proof = Proof();
        bool sendsTicket = _hello.Has(ExtensionType.SessionTicket) && peer.Script.Tickets > 0;
        await peer.SendAsync(Say(HandshakeType.ServerHello, HelloBody(sendsTicket)), cancellationToken);
        if (peer.Script.Shape == ServerShape.CloseAfterServerHello)
        {
            return false;
        }

        byte[] parameters = new TlsWriter().U8(3).U16(group).Vector(1, key.PublicKey).ToArray();
        byte[] signature = ServerIdentity.Sign(peer.Script, [.. _hello.Random, .. _serverRandom, .. parameters]);
        var flight = new TlsWriter()
            .Bytes(Say(HandshakeType.Certificate, ServerIdentity.Body12(peer.Script)))
            .Bytes(Say(HandshakeType.ServerKeyExchange, [.. parameters, .. signature]));
        if (proof is not null)
        {
            flight.Bytes(Say(HandshakeType.CertificateRequest, RequestBody()));
        }

        flight.Bytes(Say(HandshakeType.ServerHelloDone, []));
        await peer.SendAsync(flight.ToArray(), cancellationToken);
        return peer.Script.Shape != ServerShape.CloseAfterServerFlight && await ReadFlightAsync(key, proof, sendsTicket, cancellationToken);
    }

    private ClientProof? Proof()
    {
        bool asked = peer.Site.Policy is ClientCertificatePolicy.Optional or ClientCertificatePolicy.Required || _renegotiating;
        return asked ? new ClientProof(peer.Script, peer.Site, TlsVersion.Tls12, _renegotiating || peer.Site.Policy == ClientCertificatePolicy.Required) : null;
    }

    private async Task<bool> ReadFlightAsync(EphemeralKey key, ClientProof? proof, bool sendsTicket, CancellationToken cancellationToken)
    {
        while (await peer.Connection.ReceiveAsync(cancellationToken) is Inbound.Message { Value: var message })
        {
            AlertDescription? complaint = Judge(message, proof);
            if (complaint is { } alert)
            {
                return await peer.RefuseAsync(alert, cancellationToken);
            }

            _log.Add(message.Raw.Span);
            if (message.Type == HandshakeType.ClientKeyExchange)
            {
                var reader = new TlsReader(message.Body);
                if (!reader.TryVector8(out ReadOnlySpan<byte> share) || key.Derive(share) is not { } premaster)
                {
                    return await peer.RefuseAsync(AlertDescription.IllegalParameter, cancellationToken);
                }

                _master = _extended
                    ? Prf12.ExtendedMasterSecret(_hash, premaster, _log.Hash(_hash))
                    : Prf12.MasterSecret(_hash, premaster, _hello.Random, _serverRandom);
                if (await VerifyAndFinishAsync(proof, sendsTicket, cancellationToken) is { } end)
                {
                    return end;
                }
            }
        }

        return false;
    }

    private async Task<bool?> VerifyAndFinishAsync(ClientProof? proof, bool sendsTicket, CancellationToken cancellationToken)
    {
        Inbound next = await peer.Connection.ReceiveAsync(cancellationToken);
        if (next is Inbound.Message { Value: { Type: HandshakeType.CertificateVerify } message })
        {
            AlertDescription? complaint = Judge(message, proof);
            if (complaint is { } alert)
            {
                return await peer.RefuseAsync(alert, cancellationToken);
            }

            _log.Add(message.Raw.Span);
            next = await peer.Connection.ReceiveAsync(cancellationToken);
        }

        if (next is not Inbound.ChangeCipherSpec)
        {
            return await peer.RefuseAsync(AlertDescription.UnexpectedMessage, cancellationToken);
        }

        Keys12 keys = Keys();
        if (!await ReadFinishedAsync(keys, proof, cancellationToken, sawChange: true))
        {
            return false;
        }

        if (sendsTicket)
        {
            byte[] ticket = peer.Tickets.Seal(new TicketState(_master, peer.Site.Name, peer.Leaf, peer.Authorized, _extended));
            byte[] body = new TlsWriter().U32((uint)peer.Script.TicketLifetime.TotalSeconds).Vector(2, ticket).ToArray();
            await peer.SendAsync(Say(HandshakeType.NewSessionTicket, body), cancellationToken);
        }

        return await SendFinishedAsync(keys, cancellationToken);
    }

    private AlertDescription? Judge(HandshakeMessage message, ClientProof? proof)
    {
        switch (message.Type)
        {
            case HandshakeType.Certificate when proof is not null:
                return CertificateMessage.TryRead12(message.Body, out CertificateMessage? certificate) ? proof.TakeCertificate(certificate) : AlertDescription.DecodeError;
            case HandshakeType.CertificateVerify when proof is not null:
                return CertificateVerifyMessage.TryRead(message.Body, out CertificateVerifyMessage? verify) ? proof.TakeVerify(verify, _log.Bytes) : AlertDescription.DecodeError;
            case HandshakeType.ClientKeyExchange:
                return null;
            default:
                return AlertDescription.UnexpectedMessage;
        }
    }

    private async Task<bool> ReadFinishedAsync(Keys12 keys, ClientProof? proof, CancellationToken cancellationToken, bool sawChange = false)
    {
        if (!sawChange && await peer.Connection.ReceiveAsync(cancellationToken) is not Inbound.ChangeCipherSpec)
        {
            return false;
        }

        peer.Connection.Records.ProtectReading(keys.Client);
        _clientVerify = Prf12.VerifyData(_hash, _master, client: true, _log.Hash(_hash));
        if (await peer.MessageAsync(cancellationToken) is not { Type: HandshakeType.Finished } finished)
        {
            return await peer.RefuseAsync(AlertDescription.UnexpectedMessage, cancellationToken);
        }

        AlertDescription? complaint = !finished.Body.SequenceEqual(_clientVerify) ? AlertDescription.DecryptError : proof?.Finish(_renegotiating);
        if (complaint is { } alert)
        {
            return await peer.RefuseAsync(alert, cancellationToken);
        }

        if (proof is not null)
        {
            peer.Leaf = proof.Leaf;
            peer.Authorized = proof.Authorized;
        }

        _log.Add(finished.Raw.Span);
        return true;
    }

    private async Task<bool> SendFinishedAsync(Keys12 keys, CancellationToken cancellationToken)
    {
        _serverVerify = Prf12.VerifyData(_hash, _master, client: false, _log.Hash(_hash));
        var change = new OutgoingPart(RecordType.ChangeCipherSpec, new byte[] { 1 }, () => peer.Connection.Records.ProtectWriting(keys.Server));
        var finished = new OutgoingPart(RecordType.Handshake, Say(HandshakeType.Finished, _serverVerify));
        await peer.Connection.Records.WriteAsync([change, finished], cancellationToken);
        return true;
    }

    private Keys12 Keys() => Keys12.Derive(_suite, TlsVersion.Tls12, _master, _hello.Random, _serverRandom, encryptThenMac: false);

    private byte[] Say(HandshakeType type, ReadOnlySpan<byte> body)
    {
        byte[] message = HandshakeMessage.Encode(type, body);
        _log.Add(message);
        return peer.Script.Mutate?.Invoke(message) ?? message;
    }

    private byte[] HelloBody(bool sendsTicket)
    {
        var extensions = new TlsWriter()
            .U16(ExtensionType.RenegotiationInfo)
            .Vector(2, new TlsWriter().Vector(1, _renegotiating ? [.. _clientVerify, .. _serverVerify] : []).Written);
        if (_extended)
        {
            extensions.U16(ExtensionType.ExtendedMasterSecret).U16(0);
        }

        if (sendsTicket)
        {
            extensions.U16(ExtensionType.SessionTicket).U16(0);
        }

        extensions.Bytes(peer.AlpnExtension(_hello));
        return new TlsWriter()
            .U16(0x0303)
            .Bytes(_serverRandom)
            .Vector(1, peer.Resumed ? _hello.SessionId : [])
            .U16(Suite)
            .U8(0)
            .Vector(2, extensions.Written)
            .ToArray();
    }

    private byte[] RequestBody()
    {
        var schemes = new TlsWriter();
        foreach (SignatureScheme scheme in peer.Script.ClientSchemes)
        {
            schemes.U16(scheme.Value);
        }

        var names = new TlsWriter();
        foreach (byte[] name in peer.Authorities())
        {
            names.Vector(2, name);
        }

        return new TlsWriter().Vector(1, [1, 64]).Vector(2, schemes.Written).Vector(2, names.Written).ToArray();
    }
}

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

/// <summary>The server's side of TLS 1.3 with one suite, TLS_AES_128_GCM_SHA256.</summary>
internal sealed class Server13(ServedConnection peer, ClientHelloView firstHello) : IServerGeneration
{
    private const ushort Suite = 0x1301;
    private ClientHelloView _hello = firstHello;
    private static readonly HashAlgorithmName _hash = HashAlgorithmName.SHA256;
    private readonly SuiteParameters _suite = SuiteParameters.TryFind(Suite, out SuiteParameters? found) ? found : throw new InvalidOperationException("The suite is in the table.");
    private byte[] _clientSecret = [];
    private byte[] _serverSecret = [];
    private byte[] _clientTraffic = [];
    private byte[] _serverTraffic = [];
    private byte[] _master = [];
    private byte[] _handshake = [];
    private bool _earlyAccepted;

    public async Task<bool> HandshakeAsync(CancellationToken cancellationToken)
    {
        if (!_hello.Suites.Contains(Suite))
        {
            return await peer.RefuseAsync(AlertDescription.HandshakeFailure, cancellationToken);
        }

        peer.Connection.IsTls13 = true;
        peer.Connection.Records.WriteVersion = 0x0303;
        if (Group() is null && !await RetryAsync(cancellationToken))
        {
            return false;
        }

        return await AnswerAsync(cancellationToken) && await ReadFlightAsync(cancellationToken) && await FinishAsync(cancellationToken);
    }

    public async Task<bool> AskForCertificateAsync(CancellationToken cancellationToken)
    {
        if (!_hello.Has(ExtensionType.PostHandshakeAuth))
        {
            return true;
        }

        byte[] context = RandomNumberGenerator.GetBytes(8);
        var exchange = new HandshakeLog();
        exchange.Add(peer.Log.Bytes);
        byte[] request = HandshakeMessage.Encode(HandshakeType.CertificateRequest, RequestBody(context));
        exchange.Add(request);
        await peer.SendAsync(request, cancellationToken);
        var proof = new ClientProof(peer.Script, peer.Site, TlsVersion.Tls13, required: true);
        return await ReadProofAsync(proof, exchange, _clientTraffic, afterHandshake: true, cancellationToken);
    }

    public Task<bool> TakeAsync(HandshakeMessage message, CancellationToken cancellationToken)
    {
        if (message.Type != HandshakeType.KeyUpdate)
        {
            return peer.RefuseAsync(AlertDescription.UnexpectedMessage, cancellationToken);
        }

        _clientTraffic = KeySchedule13.NextTrafficSecret(_hash, _clientTraffic);
        peer.Connection.Records.ProtectReading(new Tls13Protection(_suite, _clientTraffic));
        return Task.FromResult(true);
    }

    private ushort? Group()
    {
        ushort[] ours = peer.Script.OnlyP256 ? [0x0017] : [0x001D, 0x0017];
        return ours.Where(_hello.KeyShares.ContainsKey).Select(static group => (ushort?)group).FirstOrDefault();
    }

    private async Task<bool> RetryAsync(CancellationToken cancellationToken)
    {
        ushort wanted = peer.Script.OnlyP256 || !_hello.Groups.Contains((ushort)0x001D) ? (ushort)0x0017 : (ushort)0x001D;
        peer.Log.Add(_hello.Raw);
        peer.Log.FoldFirstHello(_hash);
        byte[] retry = peer.Say(HandshakeType.ServerHello, HelloBody(ServerHelloMessage.RetryRandom, new TlsWriter().U16(ExtensionType.KeyShare).Vector(2, new TlsWriter().U16(wanted).Written).Written));
        peer.Connection.Records.SkipUndecryptable = _hello.Has(ExtensionType.EarlyData);
        await peer.SendAsync(retry, cancellationToken);
        HandshakeMessage? second = await peer.MessageAsync(cancellationToken);
        if (second is not { Type: HandshakeType.ClientHello } message || ClientHelloView.Read(message.Raw.Span) is not { } view || !view.KeyShares.ContainsKey(wanted))
        {
            return await peer.RefuseAsync(AlertDescription.IllegalParameter, cancellationToken);
        }

        _hello = view;
        return true;
    }

    private async Task<bool> AnswerAsync(CancellationToken cancellationToken)
    {
        ushort group = Group() ?? throw new InvalidOperationException("Checked before.");
        using EphemeralKey key = EphemeralKey.Create(new NamedGroup(group)) ?? throw new InvalidOperationException("Both groups are supported.");
        if (key.Derive(_hello.KeyShares[group]) is not { } shared)
        {
            return await peer.RefuseAsync(AlertDescription.IllegalParameter, cancellationToken);
        }

        TicketState? ticket = Ticket();
        byte[] early = KeySchedule13.EarlySecret(_hash, ticket?.Secret ?? []);
        if (ticket is not null)
        {
            peer.Resumed = true;
            peer.ResumedSite = ticket.Site;
            peer.Leaf = ticket.Leaf;
            peer.Authorized = ticket.Authorized;
        }

        bool earlyOffered = _hello.Has(ExtensionType.EarlyData);
        bool retried = peer.Log.Bytes.Length > 0;
        _earlyAccepted = earlyOffered && ticket is not null && !retried && peer.Script.MaxEarlyData > 0;
        peer.Log.Add(_hello.Raw);
        byte[] earlyTraffic = KeySchedule13.DeriveSecret(_hash, early, "c e traffic", peer.Log.Hash(_hash));
        var extensions = new TlsWriter().U16(ExtensionType.KeyShare).Vector(2, new TlsWriter().U16(group).Vector(2, key.PublicKey).Written);
        if (ticket is not null)
        {
            extensions.U16(ExtensionType.PreSharedKey).Vector(2, [0, 0]);
        }

        byte[] serverHello = peer.Say(HandshakeType.ServerHello, HelloBody(peer.ServerRandom(), extensions.Written));
        await peer.SendAsync(serverHello, cancellationToken);
        if (peer.Script.Shape == ServerShape.CloseAfterServerHello)
        {
            return false;
        }

        _handshake = KeySchedule13.HandshakeSecret(_hash, early, shared);
        _clientSecret = KeySchedule13.DeriveSecret(_hash, _handshake, "c hs traffic", peer.Log.Hash(_hash));
        _serverSecret = KeySchedule13.DeriveSecret(_hash, _handshake, "s hs traffic", peer.Log.Hash(_hash));
        peer.Connection.Records.ProtectWriting(new Tls13Protection(_suite, _serverSecret));
        peer.Connection.Records.ProtectReading(new Tls13Protection(_suite, _earlyAccepted ? earlyTraffic : _clientSecret));
        peer.Connection.Records.SkipUndecryptable = earlyOffered && !_earlyAccepted;
        await SendFlightAsync(cancellationToken);
        return peer.Script.Shape != ServerShape.CloseAfterServerFlight;
    }

    private async Task SendFlightAsync(CancellationToken cancellationToken)
    {
        var flight = new TlsWriter();
        byte[] alpn = peer.AlpnExtension(_hello);
        byte[] early = _earlyAccepted ? [0, (byte)ExtensionType.EarlyData, 0, 0] : [];
        flight.Bytes(peer.Say(HandshakeType.EncryptedExtensions, new TlsWriter().Vector(2, [.. alpn, .. early]).Written));
        if (!peer.Resumed)
        {
            if (peer.Site.Policy is ClientCertificatePolicy.Optional or ClientCertificatePolicy.Required)
            {
                flight.Bytes(peer.Say(HandshakeType.CertificateRequest, RequestBody([])));
            }

            flight.Bytes(peer.Say(HandshakeType.Certificate, ServerIdentity.Body13(peer.Script)));
            byte[] content = Handshake13.SignedContent(client: false, peer.Log.Hash(_hash));
            flight.Bytes(peer.Say(HandshakeType.CertificateVerify, ServerIdentity.Sign(peer.Script, content)));
        }

        flight.Bytes(peer.Say(HandshakeType.Finished, KeySchedule13.FinishedMac(_hash, _serverSecret, peer.Log.Hash(_hash))));
        _master = KeySchedule13.MasterSecret(_hash, _handshake);
        byte[] finishedHash = peer.Log.Hash(_hash);
        _clientTraffic = KeySchedule13.DeriveSecret(_hash, _master, "c ap traffic", finishedHash);
        _serverTraffic = KeySchedule13.DeriveSecret(_hash, _master, "s ap traffic", finishedHash);
        await peer.SendAsync(flight.ToArray(), cancellationToken);
    }

    private async Task<bool> ReadFlightAsync(CancellationToken cancellationToken)
    {
        while (_earlyAccepted)
        {
            switch (await peer.Connection.ReceiveAsync(cancellationToken))
            {
                case Inbound.Data data:
                    peer.EarlyData = [.. peer.EarlyData, .. data.Bytes];
                    break;
                case Inbound.Message { Value.Type: HandshakeType.EndOfEarlyData } end:
                    peer.Log.Add(end.Value.Raw.Span);
                    peer.Connection.Records.ProtectReading(new Tls13Protection(_suite, _clientSecret));
                    _earlyAccepted = false;
                    break;
                default:
                    return false;
            }
        }

        bool asked = !peer.Resumed && peer.Site.Policy is ClientCertificatePolicy.Optional or ClientCertificatePolicy.Required;
        var proof = new ClientProof(peer.Script, peer.Site, TlsVersion.Tls13, peer.Site.Policy == ClientCertificatePolicy.Required);
        return await ReadProofAsync(asked && !peer.Resumed ? proof : null, peer.Log, _clientSecret, afterHandshake: false, cancellationToken);
    }

    /// <summary>Reads Certificate, CertificateVerify and Finished; every message is judged when it comes.</summary>
    private async Task<bool> ReadProofAsync(ClientProof? proof, HandshakeLog log, byte[] baseKey, bool afterHandshake, CancellationToken cancellationToken)
    {
        while (await peer.MessageAsync(cancellationToken) is { } message)
        {
            AlertDescription? complaint = Judge(message, proof, log, baseKey, afterHandshake);
            if (complaint is { } alert)
            {
                // The client has finished and reads application records by now; so must the alert be one.
                if (!afterHandshake)
                {
                    peer.Connection.Records.ProtectWriting(new Tls13Protection(_suite, _serverTraffic));
                }

                return await peer.RefuseAsync(alert, cancellationToken);
            }

            log.Add(message.Raw.Span);
            if (message.Type == HandshakeType.Finished)
            {
                peer.Connection.Records.SkipUndecryptable = false;
                if (proof is not null)
                {
                    peer.Leaf = proof.Leaf;
                    peer.Authorized = proof.Authorized;
                }

                return true;
            }
        }

        return false;
    }

    private static AlertDescription? Judge(HandshakeMessage message, ClientProof? proof, HandshakeLog log, byte[] baseKey, bool afterHandshake)
    {
        switch (message.Type)
        {
            case HandshakeType.Certificate when proof is not null:
                return CertificateMessage.TryRead13(message.Body, out CertificateMessage? certificate) ? proof.TakeCertificate(certificate) : AlertDescription.DecodeError;
            case HandshakeType.CertificateVerify when proof is not null:
                return CertificateVerifyMessage.TryRead(message.Body, out CertificateVerifyMessage? verify)
                    ? proof.TakeVerify(verify, Handshake13.SignedContent(client: true, log.Hash(_hash)))
                    : AlertDescription.DecodeError;
            case HandshakeType.Finished:
                return !KeySchedule13.FinishedMac(_hash, baseKey, log.Hash(_hash)).AsSpan().SequenceEqual(message.Body)
                    ? AlertDescription.DecryptError
                    : proof?.Finish(afterHandshake);
            default:
                return AlertDescription.UnexpectedMessage;
        }
    }

    private async Task<bool> FinishAsync(CancellationToken cancellationToken)
    {
        peer.Connection.Records.ProtectReading(new Tls13Protection(_suite, _clientTraffic));
        peer.Connection.Records.ProtectWriting(new Tls13Protection(_suite, _serverTraffic));
        byte[] resumption = KeySchedule13.DeriveSecret(_hash, _master, "res master", peer.Log.Hash(_hash));
        for (byte number = 0; number < peer.Script.Tickets; number++)
        {
            byte[] psk = KeySchedule13.ResumptionPsk(_hash, resumption, [number]);
            byte[] ticket = peer.Tickets.Seal(new TicketState(psk, peer.Site.Name, peer.Leaf, peer.Authorized, true));
            byte[] early = peer.Script.MaxEarlyData == 0
                ? []
                : new TlsWriter().U16(ExtensionType.EarlyData).Vector(2, new TlsWriter().U32(peer.Script.MaxEarlyData).Written).ToArray();
            byte[] body = new TlsWriter()
                .U32((uint)peer.Script.TicketLifetime.TotalSeconds)
                .U32(BitConverter.ToUInt32(RandomNumberGenerator.GetBytes(4)))
                .Vector(1, [number])
                .Vector(2, ticket)
                .Vector(2, early)
                .ToArray();
            byte[] message = HandshakeMessage.Encode(HandshakeType.NewSessionTicket, body);
            await peer.SendAsync(peer.Script.Mutate?.Invoke(message) ?? message, cancellationToken);
        }

        return peer.Script.Shape != ServerShape.CloseAfterClientFinished;
    }

    private TicketState? Ticket()
    {
        if (_hello.PskIdentity is null || !_hello.Has(ExtensionType.PskKeyExchangeModes) || peer.Unseal(_hello.PskIdentity) is not { } state)
        {
            return null;
        }

        byte[] binderKey = KeySchedule13.BinderKey(_hash, KeySchedule13.EarlySecret(_hash, state.Secret));
        byte[] before = [.. peer.Log.Bytes, .. _hello.Raw.AsSpan(0, _hello.BindersStart)];
        byte[] expected = KeySchedule13.FinishedMac(_hash, binderKey, KeySchedule13.Hash(_hash, before));
        return CryptographicOperations.FixedTimeEquals(expected, _hello.Binder) ? state : null;
    }

    private byte[] HelloBody(ReadOnlySpan<byte> random, ReadOnlySpan<byte> extensions) => new TlsWriter()
        .U16(0x0303)
        .Bytes(random)
        .Vector(1, _hello.SessionId)
        .U16(Suite)
        .U8(0)
        .Vector(2, [.. new TlsWriter().U16(ExtensionType.SupportedVersions).Vector(2, [3, 4]).Written, .. extensions])
        .ToArray();

    private byte[] RequestBody(ReadOnlySpan<byte> context)
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

        var extensions = new TlsWriter().U16(ExtensionType.SignatureAlgorithms).Vector(2, new TlsWriter().Vector(2, schemes.Written).Written);
        if (names.Length > 0)
        {
            extensions.U16(ExtensionType.CertificateAuthorities).Vector(2, new TlsWriter().Vector(2, names.Written).Written);
        }

        return new TlsWriter().Vector(1, context).Vector(2, extensions.Written).ToArray();
    }
}

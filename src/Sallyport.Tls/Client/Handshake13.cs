using System;
using System.Security.Cryptography;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Tls.Crypto;
using Sallyport.Tls.Hello;
using Sallyport.Tls.Records;
using Sallyport.Tls.Wire;

namespace Sallyport.Tls.Client;

/// <summary>The client's side of a TLS 1.3 handshake from the ServerHello on.</summary>
/// <remarks>RFC 8446, section 2 and appendix A.1.</remarks>
internal sealed class Handshake13(Connection connection, HelloPlan plan, HandshakeReader reader, HandshakeLog log, bool earlyDataSent)
{
    private readonly ClientScript _script = connection.Script;
    private readonly ClientAuthenticator _authenticator = new(connection.Script, connection.Transcript);

    /// <summary>What is learned.</summary>
    internal SessionFacts Facts { get; } = new() { Transcript = connection.Transcript };

    /// <summary>What CertificateVerify signs (RFC 8446, section 4.4.3).</summary>
    internal static byte[] SignedContent(bool client, ReadOnlySpan<byte> transcriptHash)
    {
        var spaces = new byte[64];
        spaces.AsSpan().Fill(0x20);
        return [.. spaces, .. Encoding.ASCII.GetBytes(client ? "TLS 1.3, client CertificateVerify" : "TLS 1.3, server CertificateVerify"), 0, .. transcriptHash];
    }

    /// <summary>Goes on to the end; null means that the reader holds the reason.</summary>
    internal async Task<Core13?> ContinueAsync(ServerHelloMessage hello, SuiteParameters suite, CancellationToken cancellationToken)
    {
        connection.IsTls13 = true;
        connection.Records.WriteVersion = 0x0303;
        if (!TryAgree(hello, suite, out byte[] handshakeSecret))
        {
            return null;
        }

        HashAlgorithmName hash = suite.Hash;
        byte[] helloHash = log.Hash(hash);
        byte[] clientSecret = KeySchedule13.DeriveSecret(hash, handshakeSecret, "c hs traffic", helloHash);
        byte[] serverSecret = KeySchedule13.DeriveSecret(hash, handshakeSecret, "s hs traffic", helloHash);
        connection.Records.ProtectReading(new Tls13Protection(suite, serverSecret));
        if (!earlyDataSent)
        {
            connection.Records.ProtectWriting(new Tls13Protection(suite, clientSecret));
        }

        if (!await ReadExtensionsAsync(cancellationToken).ConfigureAwait(false)
            || !await ReadCertificatesAsync(hash, cancellationToken).ConfigureAwait(false)
            || !await ReadFinishedAsync(hash, serverSecret, cancellationToken).ConfigureAwait(false))
        {
            return null;
        }

        byte[] master = KeySchedule13.MasterSecret(hash, handshakeSecret);
        byte[] finishedHash = log.Hash(hash);
        byte[] clientTraffic = KeySchedule13.DeriveSecret(hash, master, "c ap traffic", finishedHash);
        byte[] serverTraffic = KeySchedule13.DeriveSecret(hash, master, "s ap traffic", finishedHash);
        await SendFlightAsync(suite, clientSecret, clientTraffic, cancellationToken).ConfigureAwait(false);
        connection.Records.ProtectReading(new Tls13Protection(suite, serverTraffic));
        byte[] resumption = KeySchedule13.DeriveSecret(hash, master, "res master", log.Hash(hash));
        return new Core13(connection, Facts, suite, log, plan.ServerName, new TrafficSecrets(clientTraffic, serverTraffic, resumption));
    }

    private bool TryAgree(ServerHelloMessage hello, SuiteParameters suite, out byte[] handshakeSecret)
    {
        handshakeSecret = [];
        if (connection.HasPending)
        {
            return reader.Malformed("bytes after the ServerHello under the wrong keys");
        }

        if (hello.KeyShareGroup is not { } group)
        {
            return reader.Unsupported("a pre-shared key without key exchange");
        }

        if (plan.Key(group) is not { } key)
        {
            return reader.Malformed($"a key share of group {group.Name}, which was not offered");
        }

        bool resumed = hello.PreSharedKey.HasValue;
        if (resumed && (hello.PreSharedKey.GetValueOrDefault() > 0 || plan.Psk is null || HelloPlan.PskHash(plan.Psk) != suite.Hash))
        {
            return reader.Malformed("a pre-shared key that was not offered");
        }

        if (!resumed && _script is { Resume: not null, AcceptFullHandshake: false })
        {
            return reader.Unsupported("a full handshake instead of the ticket");
        }

        if (key.Derive(hello.KeyShare.AsSpan()) is not { } shared)
        {
            return reader.Malformed($"a key share that is no safe point of {group.Name}");
        }

        Facts.Version = TlsVersion.Tls13;
        Facts.Suite = hello.Suite;
        Facts.Group = group;
        Facts.Resumed = resumed;
        Facts.ExtendedMasterSecret = true;
        Facts.SecureRenegotiation = true;
        byte[] psk = Facts.Resumed ? plan.Psk?.Secret ?? [] : [];
        handshakeSecret = KeySchedule13.HandshakeSecret(suite.Hash, KeySchedule13.EarlySecret(suite.Hash, psk), shared);
        return true;
    }

    private async ValueTask<bool> ReadExtensionsAsync(CancellationToken cancellationToken)
    {
        if (await reader.ExpectAsync(HandshakeType.EncryptedExtensions, cancellationToken).ConfigureAwait(false) is not { } message)
        {
            return false;
        }

        if (!EncryptedExtensionsMessage.TryRead(message.Body, out EncryptedExtensionsMessage? extensions))
        {
            return reader.Malformed("EncryptedExtensions out of shape");
        }

        Facts.Alpn = extensions.Alpn;
        Facts.EarlyDataAccepted = earlyDataSent && Facts.Resumed && extensions.EarlyDataAccepted;
        Note(message, (Facts.Alpn is { } alpn ? $"alpn {alpn}" : "") + (Facts.EarlyDataAccepted ? " early data accepted" : ""));
        log.Add(message.Raw.Span);
        return true;
    }

    private async ValueTask<bool> ReadCertificatesAsync(HashAlgorithmName hash, CancellationToken cancellationToken)
    {
        if (Facts.Resumed)
        {
            Facts.ServerCertificates = plan.Psk?.ServerCertificates ?? [];
            Facts.ServerSignatureValid = plan.Psk?.ServerSignatureValid;
            return true;
        }

        if (await reader.MessageAsync(cancellationToken).ConfigureAwait(false) is not { } message)
        {
            return false;
        }

        if (message.Type == HandshakeType.CertificateRequest)
        {
            if (!CertificateRequestMessage.TryRead13(message.Body, out CertificateRequestFacts? request))
            {
                return reader.Malformed("CertificateRequest out of shape");
            }

            Facts.CertificateRequest = request;
            Note(message, $"{request.SignatureSchemes.Length} schemes, {request.AuthorityNames.Length} authorities");
            log.Add(message.Raw.Span);
            if (await reader.MessageAsync(cancellationToken).ConfigureAwait(false) is not { } next)
            {
                return false;
            }

            message = next;
        }

        if (message.Type != HandshakeType.Certificate)
        {
            return reader.Malformed($"{message.Type} where Certificate was due");
        }

        if (!CertificateMessage.TryRead13(message.Body, out CertificateMessage? certificate) || certificate.Chain.IsEmpty)
        {
            return reader.Malformed("Certificate out of shape");
        }

        Facts.ServerCertificates = certificate.Chain;
        Facts.OcspResponse = certificate.OcspResponse;
        Note(message, $"{certificate.Chain.Length} certificates{(certificate.OcspResponse.IsEmpty ? "" : ", OCSP response")}");
        log.Add(message.Raw.Span);
        return await ReadServerSignatureAsync(hash, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<bool> ReadServerSignatureAsync(HashAlgorithmName hash, CancellationToken cancellationToken)
    {
        if (await reader.ExpectAsync(HandshakeType.CertificateVerify, cancellationToken).ConfigureAwait(false) is not { } message)
        {
            return false;
        }

        if (!CertificateVerifyMessage.TryRead(message.Body, out CertificateVerifyMessage? verify))
        {
            return reader.Malformed("CertificateVerify out of shape");
        }

        byte[] content = SignedContent(client: false, log.Hash(hash));
        Facts.ServerSignatureScheme = verify.Scheme;
        Facts.ServerSignatureValid = HandshakeSignature.Verify(Facts.ServerCertificates[0].AsSpan(), verify.Scheme, content, verify.Signature.AsSpan());
        Note(message, $"{verify.Scheme.Name}{(Facts.ServerSignatureValid == false ? ", wrong" : "")}");
        log.Add(message.Raw.Span);
        return true;
    }

    private async ValueTask<bool> ReadFinishedAsync(HashAlgorithmName hash, byte[] serverSecret, CancellationToken cancellationToken)
    {
        HandshakeMessage? next = await reader.MessageAsync(cancellationToken).ConfigureAwait(false);
        if (next is { Type: HandshakeType.CertificateRequest } && Facts.Resumed)
        {
            reader.Malformed("CertificateRequest in a resumed handshake");
            return false;
        }

        if (next is not { } message)
        {
            return false;
        }

        if (message.Type != HandshakeType.Finished)
        {
            return reader.Malformed($"{message.Type} where Finished was due");
        }

        byte[] expected = KeySchedule13.FinishedMac(hash, serverSecret, log.Hash(hash));
        if (!CryptographicOperations.FixedTimeEquals(expected, message.Body))
        {
            return reader.Malformed("the server's Finished is wrong");
        }

        if (connection.HasPending)
        {
            return reader.Malformed("bytes after Finished under the wrong keys");
        }

        Note(message, "");
        log.Add(message.Raw.Span);
        return true;
    }

    private async ValueTask SendFlightAsync(SuiteParameters suite, byte[] clientSecret, byte[] clientTraffic, CancellationToken cancellationToken)
    {
        if (earlyDataSent)
        {
            if (Facts.EarlyDataAccepted)
            {
                byte[] end = HandshakeMessage.Encode(HandshakeType.EndOfEarlyData, []);
                log.Add(end);
                connection.Transcript.Sent("EndOfEarlyData", end.Length);
                await connection.SendAsync(end, cancellationToken).ConfigureAwait(false);
            }

            connection.Records.ProtectWriting(new Tls13Protection(suite, clientSecret));
        }

        var flight = new TlsWriter();
        if (Facts.CertificateRequest is { } request && ClientAuthenticator.Chain(_script.CertificateAnswer, _script.Credential) is { } chain)
        {
            Append(flight, _authenticator.Certificate13(chain, request.Context.AsSpan()));
            Facts.ClientCertificateSent = !chain.IsEmpty;
            if (!chain.IsEmpty && _script.Credential is { } credential
                && _authenticator.CertificateVerify(credential, request, TlsVersion.Tls13, SignedContent(client: true, log.Hash(suite.Hash))) is { } verify)
            {
                Append(flight, verify);
            }
        }

        byte[] finished = HandshakeMessage.Encode(HandshakeType.Finished, KeySchedule13.FinishedMac(suite.Hash, clientSecret, log.Hash(suite.Hash)));
        connection.Transcript.Sent("Finished", finished.Length);
        Append(flight, finished);
        await connection.SendAsync(
            flight.ToArray(),
            cancellationToken,
            () => connection.Records.ProtectWriting(new Tls13Protection(suite, clientTraffic))).ConfigureAwait(false);
    }

    private void Append(TlsWriter flight, byte[] message)
    {
        log.Add(message);
        flight.Bytes(message);
    }

    private void Note(HandshakeMessage message, string detail) =>
        connection.Transcript.Received(message.Type.ToString(), message.Raw.Length, detail.Trim());
}

using System.Security.Cryptography;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Tls.Crypto;
using Sallyport.Tls.Hello;
using Sallyport.Tls.Wire;

namespace Sallyport.Tls.Client;

/// <summary>The server's flight from Certificate to ServerHelloDone, and the premaster secret that follows from it.</summary>
/// <remarks>RFC 5246, sections 7.4.2 to 7.4.7; RFC 8422.</remarks>
internal sealed class KeyExchange12(Connection connection, HandshakeReader reader, HandshakeLog log, Offer12 offer)
{
    private ServerKeyExchangeMessage? _parameters;

    internal SessionFacts Facts { get; } = new() { Transcript = connection.Transcript };

    internal async Task<bool> ReadFlightAsync(SuiteParameters suite, byte[] serverRandom, CancellationToken cancellationToken)
    {
        while (await reader.MessageAsync(cancellationToken).ConfigureAwait(false) is { } message)
        {
            log.Add(message.Raw.Span);
            bool understood = message.Type switch
            {
                HandshakeType.Certificate when Facts.ServerCertificates.IsEmpty => TakeCertificate(message),
                HandshakeType.CertificateStatus when Facts.OcspResponse.IsEmpty => TakeStatus(message),
                HandshakeType.ServerKeyExchange when _parameters is null && suite.KeyExchange != SuiteKeyExchange.Rsa => TakeParameters(message, suite, serverRandom),
                HandshakeType.CertificateRequest when Facts.CertificateRequest is null => TakeRequest(message),
                HandshakeType.ServerHelloDone => TakeDone(message, suite),
                _ => reader.Malformed($"{message.Type} out of turn"),
            };
            if (!understood || message.Type == HandshakeType.ServerHelloDone)
            {
                return understood;
            }
        }

        return false;
    }

    /// <summary>Makes our side of the exchange: the premaster secret and the ClientKeyExchange message; null = ended.</summary>
    internal byte[]? Agree(SuiteParameters suite, out byte[] message)
    {
        message = [];
        if (suite.KeyExchange == SuiteKeyExchange.Rsa)
        {
            byte[] premaster = RandomNumberGenerator.GetBytes(48);
            premaster[0] = (byte)((ushort)offer.LegacyVersion >> 8);
            premaster[1] = (byte)offer.LegacyVersion;
            if (HandshakeSignature.EncryptPremaster(Facts.ServerCertificates[0].AsSpan(), premaster) is not { } encrypted)
            {
                reader.Unsupported("RSA key exchange with a certificate without a usable RSA key");
                return null;
            }

            message = HandshakeMessage.Encode(HandshakeType.ClientKeyExchange, new TlsWriter().Vector(2, encrypted).Written);
            return premaster;
        }

        if (_parameters is not { } parameters)
        {
            reader.Malformed("no ServerKeyExchange");
            return null;
        }

        bool curve = suite.KeyExchange != SuiteKeyExchange.DheRsa;
        using EphemeralKey? key = curve
            ? EphemeralKey.Create(parameters.Facts.Group ?? default)
            : EphemeralKey.FiniteFieldKey.Create(parameters.Facts.DhPrime.AsSpan(), parameters.DhGenerator.AsSpan());
        if (key is null)
        {
            reader.Unsupported(curve ? $"group {parameters.Facts.Group?.Name}" : $"a Diffie-Hellman group of {parameters.Facts.DhPrimeBits} bits");
            return null;
        }

        if (key.Derive(parameters.Facts.PublicValue.AsSpan()) is not { } shared)
        {
            reader.Malformed("a public value that is not safe");
            return null;
        }

        message = HandshakeMessage.Encode(HandshakeType.ClientKeyExchange, new TlsWriter().Vector(curve ? 1 : 2, key.PublicKey).Written);
        return shared;
    }

    private bool TakeCertificate(HandshakeMessage message)
    {
        if (!CertificateMessage.TryRead12(message.Body, out CertificateMessage? certificate) || certificate.Chain.IsEmpty)
        {
            return reader.Malformed("Certificate out of shape");
        }

        Facts.ServerCertificates = certificate.Chain;
        return Note(message, $"{certificate.Chain.Length} certificates");
    }

    private bool TakeStatus(HandshakeMessage message)
    {
        Facts.OcspResponse = CertificateMessage.ReadStatus(message.Body);
        return Note(message, Facts.OcspResponse.IsEmpty ? "empty" : "OCSP response");
    }

    private bool TakeParameters(HandshakeMessage message, SuiteParameters suite, byte[] serverRandom)
    {
        if (Facts.ServerCertificates.IsEmpty || !ServerKeyExchangeMessage.TryRead(message.Body, Facts.Suite, Facts.Version, out ServerKeyExchangeMessage? parameters))
        {
            return reader.Malformed("ServerKeyExchange out of shape");
        }

        _parameters = parameters;
        Facts.Group = parameters.Facts.Group;
        SignatureScheme scheme = parameters.Facts.Signature
            ?? (suite.KeyExchange == SuiteKeyExchange.EcdheEcdsa ? SignatureScheme.EcdsaSha1 : HandshakeSignature.Md5Sha1);
        byte[] content = [.. offer.ClientRandom, .. serverRandom, .. parameters.SignedParameters];
        Facts.ServerSignatureScheme = parameters.Facts.Signature;
        Facts.ServerSignatureValid = HandshakeSignature.Verify(Facts.ServerCertificates[0].AsSpan(), scheme, content, parameters.Signature.AsSpan());
        string group = parameters.Facts.Group?.Name ?? $"{parameters.Facts.DhPrimeBits} bits";
        return Note(message, $"{group}, {parameters.Facts.Signature?.Name ?? "signed"}{(Facts.ServerSignatureValid == false ? ", wrong" : "")}");
    }

    private bool TakeRequest(HandshakeMessage message)
    {
        if (!CertificateRequestMessage.TryRead12(message.Body, Facts.Version, out CertificateRequestFacts? request))
        {
            return reader.Malformed("CertificateRequest out of shape");
        }

        Facts.CertificateRequest = request;
        return Note(message, $"{request.SignatureSchemes.Length} schemes, {request.AuthorityNames.Length} authorities");
    }

    private bool TakeDone(HandshakeMessage message, SuiteParameters suite)
    {
        if (!message.Body.IsEmpty || Facts.ServerCertificates.IsEmpty || (_parameters is null && suite.KeyExchange != SuiteKeyExchange.Rsa))
        {
            return reader.Malformed("ServerHelloDone too early or out of shape");
        }

        return Note(message, "");
    }

    private bool Note(HandshakeMessage message, string detail)
    {
        connection.Transcript.Received(message.Type.ToString(), message.Raw.Length, detail);
        return true;
    }
}

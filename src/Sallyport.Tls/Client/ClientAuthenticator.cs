using System;
using System.Collections.Immutable;
using System.Security.Cryptography;
using Sallyport.Tls.Crypto;
using Sallyport.Tls.Hello;
using Sallyport.Tls.Wire;

namespace Sallyport.Tls.Client;

/// <summary>Writes our Certificate and CertificateVerify, right or wrong as the script says.</summary>
internal sealed class ClientAuthenticator(ClientScript script, Transcript transcript)
{
    /// <summary>The chain to send; null = no Certificate message.</summary>
    internal static ImmutableArray<ImmutableArray<byte>>? Chain(CertificateAnswer answer, ClientCredential? credential) => answer switch
    {
        CertificateAnswer.Omit => null,
        CertificateAnswer.Empty => [],
        _ => credential?.Chain ?? [],
    };

    internal byte[] Certificate12(ImmutableArray<ImmutableArray<byte>> chain)
    {
        var writer = new TlsWriter();
        int list = writer.Begin(3);
        foreach (ImmutableArray<byte> certificate in chain)
        {
            writer.Vector(3, certificate.AsSpan());
        }

        return Noted(HandshakeType.Certificate, writer.End(list, 3), Count(chain));
    }

    internal byte[] Certificate13(ImmutableArray<ImmutableArray<byte>> chain, ReadOnlySpan<byte> context)
    {
        TlsWriter writer = new TlsWriter().Vector(1, context);
        int list = writer.Begin(3);
        foreach (ImmutableArray<byte> certificate in chain)
        {
            writer.Vector(3, certificate.AsSpan()).U16(0);
        }

        return Noted(HandshakeType.Certificate, writer.End(list, 3), Count(chain));
    }

    /// <summary>The CertificateVerify message; null when the script leaves it out.</summary>
    /// <param name="credential">Whose chain was sent.</param>
    /// <param name="request">The server's request.</param>
    /// <param name="version">The version, which decides about shape and schemes.</param>
    /// <param name="content">What is to be signed.</param>
    internal byte[]? CertificateVerify(ClientCredential credential, CertificateRequestFacts request, TlsVersion version, ReadOnlySpan<byte> content)
    {
        if (script.CertificateVerifyAnswer == CertificateVerifyAnswer.Omit)
        {
            return null;
        }

        AsymmetricAlgorithm? ours = credential.Key is null
            ? HandshakeSignature.ThrowAwayKey(credential.Chain.IsEmpty ? default : credential.Chain[0].AsSpan())
            : null;
        try
        {
            AsymmetricAlgorithm key = credential.Key ?? ours ?? throw new InvalidOperationException("One of the two is there.");
            SignatureScheme scheme = script.CertificateVerifyScheme ?? HandshakeSignature.Choose(key, version, request.SignatureSchemes);
            byte[]? signature = script.CertificateVerifyAnswer switch
            {
                CertificateVerifyAnswer.Garbage => null,
                CertificateVerifyAnswer.SignWrongData => HandshakeSignature.Sign(key, scheme, RandomNumberGenerator.GetBytes(64)),
                _ => HandshakeSignature.Sign(key, scheme, content),
            };
            string detail = signature is null ? $"{Name(scheme)}, random bytes" : $"{Name(scheme)}{How(credential)}";
            signature ??= RandomNumberGenerator.GetBytes(key is RSA ? Math.Max(64, key.KeySize / 8) : 70);
            var writer = new TlsWriter();
            if (version >= TlsVersion.Tls12)
            {
                writer.U16(scheme.Value);
            }

            return Noted(HandshakeType.CertificateVerify, writer.Vector(2, signature), detail);
        }
        finally
        {
            ours?.Dispose();
        }
    }

    private static string Name(SignatureScheme scheme) => scheme == HandshakeSignature.Md5Sha1 ? "rsa md5+sha1" : scheme.Name;

    private static string Count(ImmutableArray<ImmutableArray<byte>> chain) => chain.Length switch
    {
        0 => "no certificate",
        1 => "1 certificate",
        int count => $"{count} certificates",
    };

    private string How(ClientCredential credential) =>
        (script.CertificateVerifyAnswer == CertificateVerifyAnswer.SignWrongData ? ", over wrong data" : "")
        + (credential.Key is null ? ", by a key that is not the certificate's" : "");

    private byte[] Noted(HandshakeType type, TlsWriter body, string detail)
    {
        byte[] message = HandshakeMessage.Encode(type, body.Written);
        transcript.Sent(type.ToString(), message.Length, detail);
        return message;
    }
}

using System;
using System.Security.Cryptography;
using Sallyport.Tls.Crypto;
using Sallyport.Tls.Wire;

namespace Sallyport.Tls.Client;

/// <summary>The handshake messages as they enter the transcript hash, kept whole: TLS 1.2 learns the hash late, and signatures may want any.</summary>
internal sealed class HandshakeLog
{
    private TlsWriter _messages = new();

    internal ReadOnlySpan<byte> Bytes => _messages.Written;

    internal void Add(ReadOnlySpan<byte> message) => _messages.Bytes(message);

    internal byte[] Hash(HashAlgorithmName hash) => Prf12.TranscriptHash(hash, Bytes);

    /// <summary>After a HelloRetryRequest the first hello counts as its hash (RFC 8446, section 4.4.1).</summary>
    internal void FoldFirstHello(HashAlgorithmName hash)
    {
        byte[] digest = Hash(hash);
        _messages = new TlsWriter();
        Add(HandshakeMessage.Encode(HandshakeType.MessageHash, digest));
    }
}

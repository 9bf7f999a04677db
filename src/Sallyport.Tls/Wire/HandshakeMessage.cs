using System;

namespace Sallyport.Tls.Wire;

/// <summary>One whole handshake message, header included as it enters the transcript hash.</summary>
internal readonly record struct HandshakeMessage(HandshakeType Type, ReadOnlyMemory<byte> Raw)
{
    internal ReadOnlySpan<byte> Body => Raw.Span[4..];

    /// <summary>Puts the four-byte header before a body.</summary>
    internal static byte[] Encode(HandshakeType type, ReadOnlySpan<byte> body) =>
        new TlsWriter().U8((byte)type).Vector(3, body).ToArray();
}

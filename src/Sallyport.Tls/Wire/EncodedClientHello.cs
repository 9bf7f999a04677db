using System;

namespace Sallyport.Tls.Wire;

/// <summary>A ClientHello with its header.</summary>
/// <param name="Message">The handshake message.</param>
/// <param name="BindersOffset">Where the PSK binders' vector (with its length) begins: the end of the truncated hello; -1 without PSK.</param>
/// <remarks>RFC 8446, section 4.2.11.2.</remarks>
internal sealed record EncodedClientHello(byte[] Message, int BindersOffset)
{
    internal ReadOnlySpan<byte> Truncated => Message.AsSpan(0, BindersOffset < 0 ? Message.Length : BindersOffset);

    /// <summary>Where the bytes of binder number <paramref name="index"/> begin, when all are equally long.</summary>
    internal int BinderOffset(int index, int binderLength) => BindersOffset + 2 + (index * (binderLength + 1)) + 1;
}

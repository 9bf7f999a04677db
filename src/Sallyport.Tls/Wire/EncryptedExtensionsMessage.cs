using System;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Sallyport.Tls.Hello;

namespace Sallyport.Tls.Wire;

/// <summary>EncryptedExtensions of TLS 1.3.</summary>
/// <remarks>RFC 8446, section 4.3.1.</remarks>
internal sealed record EncryptedExtensionsMessage(ImmutableArray<RawExtension> Extensions)
{
    internal string? Alpn => ExtensionList.Alpn(Extensions);

    internal bool EarlyDataAccepted => ExtensionList.TryFind(Extensions, ExtensionType.EarlyData, out _);

    internal static bool TryRead(ReadOnlySpan<byte> body, [NotNullWhen(true)] out EncryptedExtensionsMessage? message)
    {
        message = null;
        var reader = new TlsReader(body);
        if (!reader.TryVector16(out ReadOnlySpan<byte> block) || !reader.IsEnd
            || !ExtensionList.TryRead(block, out ImmutableArray<RawExtension> extensions))
        {
            return false;
        }

        message = new EncryptedExtensionsMessage(extensions);
        return true;
    }
}

using System;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Sallyport.Tls.Wire;

/// <summary>A CertificateVerify of TLS 1.2 or 1.3.</summary>
/// <remarks>RFC 8446, section 4.4.3.</remarks>
internal sealed record CertificateVerifyMessage(SignatureScheme Scheme, ImmutableArray<byte> Signature)
{
    internal static bool TryRead(ReadOnlySpan<byte> body, [NotNullWhen(true)] out CertificateVerifyMessage? message)
    {
        message = null;
        var reader = new TlsReader(body);
        if (!reader.TryU16(out ushort scheme) || !reader.TryVector16(out ReadOnlySpan<byte> signature) || !reader.IsEnd)
        {
            return false;
        }

        message = new CertificateVerifyMessage(new SignatureScheme(scheme), ImmutableArray.Create(signature));
        return true;
    }
}

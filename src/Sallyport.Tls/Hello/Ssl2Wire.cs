using System;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Sallyport.Tls.Wire;

namespace Sallyport.Tls.Hello;

/// <summary>The two messages of SSL 2.0 that a probe needs.</summary>
/// <remarks>RFC 6101, appendix E, for the hello; the server's answer as the old Netscape draft describes it.</remarks>
internal static class Ssl2Wire
{
    /// <summary>Every cipher kind of SSL 2.0: RC4, RC2, IDEA, DES and 3DES with MD5, export ones included.</summary>
    private static readonly ImmutableArray<int> Kinds = [0x010080, 0x020080, 0x030080, 0x040080, 0x050080, 0x060040, 0x0700C0, 0x080080];

    internal static byte[] Hello(HelloRequest request, ReadOnlySpan<byte> random)
    {
        var specs = new TlsWriter();
        if (request.LegacyVersion == TlsVersion.Ssl2)
        {
            foreach (int kind in Kinds)
            {
                specs.U24(kind);
            }
        }

        foreach (CipherSuite suite in request.CipherSuites)
        {
            specs.U24(suite.Value);
        }

        var body = new TlsWriter();
        body.U8(1).U16((int)request.LegacyVersion).U16(specs.Length).U16(request.SessionId.Length).U16(16)
            .Bytes(specs.Written).Bytes(request.SessionId.AsSpan()).Bytes(random[..16]);
        return new TlsWriter().U16(0x8000 | (body.Length & 0x7FFF)).Bytes(body.Written).ToArray();
    }

    /// <summary>Whether the first bytes can begin an SSL 2.0 record rather than an SSL 3.0 or TLS one.</summary>
    internal static bool LooksLikeRecord(ReadOnlySpan<byte> bytes) =>
        bytes.Length >= 3 && (bytes[0] & 0x80) != 0 ? bytes[2] is 0 or 4 : bytes.Length >= 4 && bytes[0] < 0x40 && bytes[1] != 3 && bytes[3] is 0 or 4;

    /// <summary>Takes one record's payload; false means that more bytes are needed.</summary>
    internal static bool TryTakeRecord(ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> payload)
    {
        payload = default;
        var reader = new TlsReader(bytes);
        if (!reader.TryU16(out ushort header))
        {
            return false;
        }

        if ((header & 0x8000) != 0)
        {
            return reader.TryBytes(header & 0x7FFF, out payload);
        }

        // Three-byte header: the third byte is the number of padding bytes at the end.
        if (!reader.TryU8(out byte padding) || !reader.TryBytes(header & 0x3FFF, out payload))
        {
            return false;
        }

        payload = payload[..Math.Max(0, payload.Length - padding)];
        return true;
    }

    internal static bool TryReadServerHello(ReadOnlySpan<byte> payload, [NotNullWhen(true)] out ServerFlight? flight)
    {
        flight = null;
        var reader = new TlsReader(payload);
        if (!reader.TryU8(out byte type) || type != 4 || !reader.TryU8(out _) || !reader.TryU8(out _) || !reader.TryU16(out ushort version)
            || !reader.TryU16(out ushort certificateLength) || !reader.TryU16(out ushort specsLength) || !reader.TryU16(out ushort idLength)
            || !reader.TryBytes(certificateLength, out ReadOnlySpan<byte> certificate) || !reader.TryBytes(specsLength, out ReadOnlySpan<byte> specs)
            || !reader.TryBytes(idLength, out ReadOnlySpan<byte> id) || !reader.IsEnd || specs.Length % 3 != 0)
        {
            return false;
        }

        ImmutableArray<int>.Builder kinds = ImmutableArray.CreateBuilder<int>(specs.Length / 3);
        var list = new TlsReader(specs);
        while (list.TryU24(out int kind))
        {
            kinds.Add(kind);
        }

        flight = new ServerFlight
        {
            Version = (TlsVersion)version,
            RecordVersion = TlsVersion.Ssl2,
            Suite = default,
            Certificates = certificate.IsEmpty ? [] : [ImmutableArray.Create(certificate)],
            Ssl2CipherKinds = kinds.ToImmutable(),
            Random = ImmutableArray.Create(id),
            IsComplete = true,
        };
        return true;
    }
}

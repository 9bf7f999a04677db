using System;
using System.Collections.Generic;
using System.Linq;
using Sallyport.Tls.Wire;

namespace Sallyport.Tls.Tests.Wire;

/// <summary>Server messages written by the test, so that each byte is known.</summary>
internal static class SyntheticFlight
{
    internal static readonly byte[] Random = [.. Enumerable.Range(1, 32).Select(static n => (byte)n)];

    internal static byte[] Record(byte type, params ReadOnlySpan<byte> payload) => new TlsWriter().U8(type).U16(0x0303).Vector(2, payload).ToArray();

    internal static byte[] Message(HandshakeType type, TlsWriter body) => HandshakeMessage.Encode(type, body.Written);

    internal static TlsWriter ServerHello(ushort suite, ushort version = 0x0303, byte[]? random = null, params (ushort Type, byte[] Body)[] extensions)
    {
        var writer = new TlsWriter();
        writer.U16(version).Bytes(random ?? Random).Vector(1, [7, 7, 7]).U16(suite).U8(0);
        if (extensions.Length > 0)
        {
            int mark = writer.Begin(2);
            foreach ((ushort type, byte[] body) in extensions)
            {
                writer.U16(type).Vector(2, body);
            }

            writer.End(mark, 2);
        }

        return writer;
    }

    internal static TlsWriter Certificate12(params byte[][] chain)
    {
        var writer = new TlsWriter();
        int mark = writer.Begin(3);
        foreach (byte[] der in chain)
        {
            writer.Vector(3, der);
        }

        return writer.End(mark, 3);
    }

    internal static TlsWriter EcdheParameters(ushort group, byte[] point, ushort? scheme, byte[] signature)
    {
        TlsWriter writer = new TlsWriter().U8(3).U16(group).Vector(1, point);
        if (scheme is { } number)
        {
            writer.U16(number);
        }

        return writer.Vector(2, signature);
    }

    internal static TlsWriter CertificateRequest12(params byte[][] names)
    {
        TlsWriter writer = new TlsWriter().Vector(1, [1, 2, 64]).Vector(2, [4, 3, 8, 4]);
        int mark = writer.Begin(2);
        foreach (byte[] name in names)
        {
            writer.Vector(2, name);
        }

        return writer.End(mark, 2);
    }

    /// <summary>A whole TLS 1.2 flight that asks for a client certificate, one message for each part.</summary>
    internal static IReadOnlyList<byte[]> Tls12Messages() =>
    [
        Message(HandshakeType.ServerHello, ServerHello(0xC02F, 0x0303, null, (0xFF01, [0]), (35, []), (23, []), (16, [0, 3, 2, (byte)'h', (byte)'2']))),
        Message(HandshakeType.Certificate, Certificate12([0x30, 1, 2, 3], [0x30, 9])),
        Message(HandshakeType.CertificateStatus, new TlsWriter().U8(1).Vector(3, [5, 5, 5])),
        Message(HandshakeType.ServerKeyExchange, EcdheParameters(29, new byte[32], 0x0804, new byte[256])),
        Message(HandshakeType.CertificateRequest, CertificateRequest12([0x30, 0], [0x30, 2, 1, 1])),
        Message(HandshakeType.ServerHelloDone, new TlsWriter()),
    ];

    internal static byte[] Tls12Flight() => Record(22, [.. Tls12Messages().SelectMany(static message => message)]);

    internal static byte[] Tls13Hello(bool retry = false) => Record(22, Message(HandshakeType.ServerHello, ServerHello(
        0x1301,
        0x0303,
        retry ? ServerHelloMessage.RetryRandom.ToArray() : null,
        (43, [3, 4]),
        (51, retry ? [0, 29] : [0, 29, 0, 2, 9, 9]),
        (44, [0, 2, 8, 8]))));
}

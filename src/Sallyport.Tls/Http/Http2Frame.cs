using System;
using System.Buffers.Binary;

namespace Sallyport.Tls.Http;

/// <summary>Frame types, flags and writers.</summary>
/// <remarks>RFC 9113, sections 4.1 and 6.</remarks>
internal static class Http2Frame
{
    internal const byte Data = 0;
    internal const byte Headers = 1;
    internal const byte Priority = 2;
    internal const byte Reset = 3;
    internal const byte Settings = 4;
    internal const byte PushPromise = 5;
    internal const byte Ping = 6;
    internal const byte GoAway = 7;
    internal const byte WindowUpdate = 8;
    internal const byte Continuation = 9;

    internal const byte EndStream = 1;
    internal const byte Ack = 1;
    internal const byte EndHeaders = 4;
    internal const byte Padded = 8;
    internal const byte HasPriority = 32;

    internal const int HeaderSize = 9;

    /// <summary>SETTINGS_MAX_FRAME_SIZE that both sides start with, and that we keep.</summary>
    internal const int MaxPayload = 16_384;

    internal const uint Cancel = 8;

    internal static ReadOnlySpan<byte> Preface => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8;

    internal static byte[] Write(byte type, byte flags, int stream, ReadOnlySpan<byte> payload)
    {
        byte[] frame = new byte[HeaderSize + payload.Length];
        BinaryPrimitives.WriteUInt32BigEndian(frame, (uint)payload.Length << 8);
        frame[3] = type;
        frame[4] = flags;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), stream);
        payload.CopyTo(frame.AsSpan(HeaderSize));
        return frame;
    }

    internal static byte[] Number(byte type, int stream, uint value)
    {
        Span<byte> payload = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(payload, value);
        return Write(type, 0, stream, payload);
    }

    internal static byte[] Setting(ushort id, uint value)
    {
        Span<byte> payload = stackalloc byte[6];
        BinaryPrimitives.WriteUInt16BigEndian(payload, id);
        BinaryPrimitives.WriteUInt32BigEndian(payload[2..], value);
        return Write(Settings, 0, 0, payload);
    }
}

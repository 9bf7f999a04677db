using System;
using System.IO;
using System.Linq;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Tls.Wire;

namespace Sallyport.Lab.Tls;

/// <summary>Answers to a ClientHello that lead to no handshake.</summary>
internal static class OddAnswers
{
    /// <summary>Gives the shape's answer; false when the shape is to speak TLS.</summary>
    public static async Task<bool> GiveAsync(ServerShape shape, ClientHelloView hello, Stream stream, Socket socket, CancellationToken cancellationToken)
    {
        switch (shape)
        {
            case ServerShape.CloseAfterClientHello:
                return true;
            case ServerShape.ResetAfterClientHello:
                socket.LingerState = new LingerOption(true, 0);
                return true;
            case ServerShape.CloseInRecord:
                await stream.WriteAsync(ServerHello(hello, 0x0303, 0x0303).AsMemory(0, 20), cancellationToken);
                return true;
            case ServerShape.Ssl3ServerHello:
                await stream.WriteAsync(ServerHello(hello, 0x0300, 0x0300), cancellationToken);
                return await SilenceAsync(stream, cancellationToken);
            case ServerShape.Garbage:
                await stream.WriteAsync(RandomNumberGenerator.GetBytes(4096), cancellationToken);
                return true;
            case ServerShape.PlainHttp:
                await stream.WriteAsync("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n"u8.ToArray(), cancellationToken);
                return true;
            case ServerShape.Silent:
                return await SilenceAsync(stream, cancellationToken);
            case ServerShape.Tarpit:
                return await DripAsync(stream, ServerHello(hello, 0x0303, 0x0303), cancellationToken);
            case ServerShape.EndlessWarnings:
                return await RepeatAsync(stream, [21, 3, 3, 0, 2, 1, 112], cancellationToken);
            case ServerShape.EndlessEmptyRecords:
                return await RepeatAsync(stream, [22, 3, 3, 0, 0], cancellationToken);
            case ServerShape.EndlessMessage:
                await stream.WriteAsync(new byte[] { 22, 3, 3, 0, 4, 2, 0xFF, 0xFF, 0xFF }, cancellationToken);
                return await RepeatAsync(stream, [22, 3, 3, 0x10, 0, .. new byte[0x1000]], cancellationToken);
            case ServerShape.WrongLengths:
                byte[] wrong = ServerHello(hello, 0x0303, 0x0303);
                wrong[5 + 4 + 2 + 32] = 200;
                await stream.WriteAsync(wrong, cancellationToken);
                return await SilenceAsync(stream, cancellationToken);
            case ServerShape.HugeRecord:
                await stream.WriteAsync(new byte[] { 22, 3, 3, 0xFF, 0xFF }, cancellationToken);
                return await RepeatAsync(stream, new byte[4096], cancellationToken);
            default:
                return false;
        }
    }

    private static byte[] ServerHello(ClientHelloView hello, int recordVersion, int version)
    {
        int suite = hello.Suites.FirstOrDefault(static candidate => candidate is not 0x00FF and not 0x5600);
        byte[] body = new TlsWriter().U16(version).Bytes(RandomNumberGenerator.GetBytes(32)).Vector(1, RandomNumberGenerator.GetBytes(32)).U16(suite).U8(0).ToArray();
        return new TlsWriter().U8(22).U16(recordVersion).Vector(2, HandshakeMessage.Encode(HandshakeType.ServerHello, body)).ToArray();
    }

    private static async Task<bool> SilenceAsync(Stream stream, CancellationToken cancellationToken)
    {
        var buffer = new byte[4096];
        while (await stream.ReadAsync(buffer, cancellationToken) > 0)
        {
            // Read and say nothing.
        }

        return true;
    }

    private static async Task<bool> DripAsync(Stream stream, byte[] bytes, CancellationToken cancellationToken)
    {
        using var drip = new PeriodicTimer(TimeSpan.FromSeconds(1));
        foreach (byte one in bytes)
        {
            await stream.WriteAsync(new[] { one }, cancellationToken);
            await drip.WaitForNextTickAsync(cancellationToken);
        }

        return true;
    }

    private static async Task<bool> RepeatAsync(Stream stream, byte[] bytes, CancellationToken cancellationToken)
    {
        byte[] block = [.. Enumerable.Repeat(bytes, Math.Max(1, 4096 / bytes.Length)).SelectMany(static part => part)];
        while (true)
        {
            await stream.WriteAsync(block, cancellationToken);
        }
    }
}

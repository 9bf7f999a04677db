using System;
using System.Buffers.Binary;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Lab.Servers;

namespace Sallyport.Scan.Tests.Checks.Channel;

/// <summary>Answers hellos of TLS 1.2 with one suite and as badly as told, and hellos of TLS 1.3 with a retry; completes no handshake.</summary>
internal sealed class HelloServer : IAsyncDisposable
{
    private const ushort Suite12 = 0xC02F;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Manners _manners;
    private readonly Task _accepting;

    private HelloServer(Manners manners)
    {
        _manners = manners;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>What it does; everything is right by default.</summary>
    internal sealed record Manners
    {
        public byte Compression { get; init; }

        public bool Heartbeat { get; init; }

        public bool MasterSecret { get; init; } = true;

        public bool SecureRenegotiation { get; init; } = true;

        public bool Mark { get; init; } = true;

        public bool HonoursFallback { get; init; } = true;

        public bool ToleratesGrease { get; init; } = true;

        /// <summary>What is sent once the client has written on after the flight.</summary>
        public ImmutableArray<byte> Reaction { get; init; } = [];

    }

    public LabEndpoint Endpoint => new("hellos only", ((IPEndPoint)_listener.LocalEndpoint).Port);

    public static HelloServer Start(Manners manners) => new(manners);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _accepting;
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                using Socket socket = await _listener.AcceptSocketAsync(_stop.Token);
                await using NetworkStream stream = new(socket);
                try
                {
                    await AnswerAsync(stream);
                }
                catch (IOException)
                {
                    // The client has heard enough.
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            // Stopped.
        }
    }

    private async Task AnswerAsync(NetworkStream stream)
    {
        byte[] header = new byte[5];
        await stream.ReadExactlyAsync(header, _stop.Token);
        byte[] hello = new byte[BinaryPrimitives.ReadUInt16BigEndian(header.AsSpan(3))];
        if (header[0] != 22)
        {
            return;
        }

        await stream.ReadExactlyAsync(hello, _stop.Token);
        await stream.WriteAsync(Answer(hello), _stop.Token);
        await stream.FlushAsync(_stop.Token);
        if (!_manners.Reaction.IsEmpty && await stream.ReadAsync(new byte[512], _stop.Token) > 0)
        {
            await stream.WriteAsync(_manners.Reaction.AsMemory(), _stop.Token);
        }

        stream.Socket.Shutdown(SocketShutdown.Send);
    }

    private byte[] Answer(byte[] hello)
    {
        ushort version = BinaryPrimitives.ReadUInt16BigEndian(hello.AsSpan(4));
        int at = 4 + 34 + 1 + hello[38];
        int length = BinaryPrimitives.ReadUInt16BigEndian(hello.AsSpan(at));
        ImmutableArray<ushort> suites = [.. Enumerable.Range(0, length / 2).Select(i => BinaryPrimitives.ReadUInt16BigEndian(hello.AsSpan(at + 2 + (2 * i))))];
        if (!_manners.ToleratesGrease && suites.Any(static suite => (suite & 0x0F0F) == 0x0A0A && suite >> 8 == (suite & 0xFF)))
        {
            return Alert(47);
        }

        // supported_versions with TLS 1.3 alone: 00 2B, length 3, list of 2, 03 04.
        if (hello.AsSpan().IndexOf((byte[])[0, 43, 0, 3, 2, 3, 4]) >= 0 || hello.AsSpan().IndexOf((byte[])[0, 43, 0, 5, 4]) >= 0)
        {
            return suites.Contains((ushort)0x1301) ? Retry() : Alert(40);
        }

        if (version < 0x0303)
        {
            return Alert(70);
        }

        if (suites.Contains((ushort)0x5600) && _manners.HonoursFallback)
        {
            return Alert(86);
        }

        return suites.Contains(Suite12) ? Flight() : Alert(40);
    }

    private byte[] Flight()
    {
        byte[] random = RandomNumberGenerator.GetBytes(32);
        if (_manners.Mark)
        {
            ((byte[])[.. "DOWNGRD"u8, 1]).CopyTo(random, 24);
        }

        byte[] extensions =
        [
            .. _manners.SecureRenegotiation ? (byte[])[0xFF, 1, 0, 1, 0] : [],
            .. _manners.MasterSecret ? (byte[])[0, 23, 0, 0] : [],
            .. _manners.Heartbeat ? (byte[])[0, 15, 0, 1, 1] : [],
        ];
        byte[] body = [3, 3, .. random, 0, 0xC0, 0x2F, _manners.Compression, 0, (byte)extensions.Length, .. extensions];
        return [.. Record([2, 0, 0, (byte)body.Length, .. body]), .. Record([14, 0, 0, 0])];
    }

    private static byte[] Retry()
    {
        byte[] random = SHA256.HashData("HelloRetryRequest"u8);
        byte[] extensions = [0, 43, 0, 2, 3, 4, 0, 51, 0, 2, 0, 29];
        byte[] body = [3, 3, .. random, 0, 0x13, 1, 0, 0, (byte)extensions.Length, .. extensions];
        return Record([2, 0, 0, (byte)body.Length, .. body]);
    }

    private static byte[] Record(byte[] message) => [22, 3, 3, 0, (byte)message.Length, .. message];

    private static byte[] Alert(byte code) => [21, 3, 3, 0, 2, 2, code];
}

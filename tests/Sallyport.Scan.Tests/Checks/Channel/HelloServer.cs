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

/// <summary>Answers hellos of TLS 1.2 (and 1.1 when told) with one suite and as badly as told, and hellos of TLS 1.3 with a retry; completes no handshake.</summary>
internal sealed class HelloServer : IAsyncDisposable
{
    private const ushort Dhe = 0x0033;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private int _reserved;
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

        /// <summary>How many hellos with reserved numbers get an answer that ends within its first record.</summary>
        public int BreaksOffGrease { get; init; }

        public bool EncryptThenMac { get; init; }

        /// <summary>Whether hellos of TLS 1.3 are answered; otherwise they are refused as if they lacked something.</summary>
        public bool Tls13 { get; init; } = true;

        /// <summary>The one suite of its version; with DHE the parameters are those of a prime of 1279 bits.</summary>
        public ushort Suite { get; init; } = 0xC02F;

        /// <summary>What it does in TLS 1.1; <c>null</c> where that is refused.</summary>
        public Manners? InTls11 { get; init; }

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
        if (suites.Any(static suite => (suite & 0x0F0F) == 0x0A0A && suite >> 8 == (suite & 0xFF)))
        {
            if (!_manners.ToleratesGrease)
            {
                return Alert(47);
            }

            if (Interlocked.Increment(ref _reserved) <= _manners.BreaksOffGrease)
            {
                return [22, 3, 3, 0, 60, 2, 0];
            }
        }

        // supported_versions with TLS 1.3 alone: 00 2B, length 3, list of 2, 03 04.
        if (hello.AsSpan().IndexOf((byte[])[0, 43, 0, 3, 2, 3, 4]) >= 0 || hello.AsSpan().IndexOf((byte[])[0, 43, 0, 5, 4]) >= 0)
        {
            return suites.Contains((ushort)0x1301) && _manners.Tls13 ? Retry() : Alert(40);
        }

        if (version == 0x0302 && _manners.InTls11 is { } old)
        {
            return suites.Contains(old.Suite) ? Flight(old, minor: 2) : Alert(40);
        }

        if (version < 0x0303)
        {
            return Alert(70);
        }

        if (suites.Contains((ushort)0x5600) && _manners.HonoursFallback)
        {
            return Alert(86);
        }

        return suites.Contains(_manners.Suite) ? Flight(_manners, minor: 3) : Alert(40);
    }

    private static byte[] Flight(Manners manners, byte minor)
    {
        byte[] random = RandomNumberGenerator.GetBytes(32);
        if (manners.Mark)
        {
            ((byte[])[.. "DOWNGRD"u8, 1]).CopyTo(random, 24);
        }

        byte[] extensions =
        [
            .. manners.SecureRenegotiation ? (byte[])[0xFF, 1, 0, 1, 0] : [],
            .. manners.MasterSecret ? (byte[])[0, 23, 0, 0] : [],
            .. manners.EncryptThenMac ? (byte[])[0, 22, 0, 0] : [],
            .. manners.Heartbeat ? (byte[])[0, 15, 0, 1, 1] : [],
        ];
        byte[] body = [3, minor, .. random, 0, (byte)(manners.Suite >> 8), (byte)manners.Suite, manners.Compression, 0, (byte)extensions.Length, .. extensions];
        return [.. Record(Message(2, body)), .. manners.Suite == Dhe ? Record(Message(12, Parameters())) : [], .. Record(Message(14, []))];
    }

    // 2^1279 - 1 is prime, and in nobody's list.
    private static byte[] Parameters()
    {
        byte[] prime = [0x7F, .. Enumerable.Repeat((byte)0xFF, 159)];
        return [0, 160, .. prime, 0, 1, 2, 0, 160, 0x11, .. prime[1..], 0, 4, 1, 2, 3, 4];
    }

    private static byte[] Message(byte type, byte[] body) => [type, 0, (byte)(body.Length >> 8), (byte)body.Length, .. body];

    private static byte[] Retry()
    {
        byte[] random = SHA256.HashData("HelloRetryRequest"u8);
        byte[] extensions = [0, 43, 0, 2, 3, 4, 0, 51, 0, 2, 0, 29];
        byte[] body = [3, 3, .. random, 0, 0x13, 1, 0, 0, (byte)extensions.Length, .. extensions];
        return Record(Message(2, body));
    }

    private static byte[] Record(byte[] message) => [22, 3, 3, (byte)(message.Length >> 8), (byte)message.Length, .. message];

    private static byte[] Alert(byte code) => [21, 3, 3, 0, 2, 2, code];
}

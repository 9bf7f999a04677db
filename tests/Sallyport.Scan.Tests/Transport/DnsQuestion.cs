using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

namespace Sallyport.Scan.Tests.Transport;

/// <summary>A question as a resolver sends it, and the one address in its answer.</summary>
internal static class DnsQuestion
{
    public const ushort A = 1;
    public const ushort Aaaa = 28;

    /// <summary>The datagram, with the extension record that resolvers add.</summary>
    public static byte[] For(string name, ushort type = A, ushort kind = 1)
    {
        List<byte> datagram = [0x12, 0x34, 0x01, 0x00, 0, 1, 0, 0, 0, 0, 0, 1];
        foreach (string label in name.Split('.'))
        {
            datagram.Add((byte)label.Length);
            datagram.AddRange(Encoding.ASCII.GetBytes(label));
        }

        datagram.AddRange([0, (byte)(type >> 8), (byte)type, (byte)(kind >> 8), (byte)kind]);
        datagram.AddRange([0, 0, 41, 0x04, 0xD0, 0, 0, 0, 0, 0, 0]);
        return [.. datagram];
    }

    /// <summary>The response code of an answer and how many records it has.</summary>
    public static (int Code, int Records) Read(ReadOnlySpan<byte> answer) => (answer[3] & 0xF, BinaryPrimitives.ReadUInt16BigEndian(answer[6..]));

    /// <summary>Asks a server, as the resolver of a target would.</summary>
    public static async Task<IPAddress?> AskAsync(IPEndPoint server, string name, CancellationToken cancellationToken)
    {
        using UdpClient client = new(server.AddressFamily);
        await client.SendAsync(For(name), server, cancellationToken);
        byte[] answer = (await client.ReceiveAsync(cancellationToken)).Buffer;
        return Read(answer) == (0, 1) ? new IPAddress(answer.AsSpan(answer.Length - 4)) : null;
    }

    /// <summary>A port for datagrams that was free a moment ago.</summary>
    public static int FreePort()
    {
        using UdpClient client = new(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)client.Client.LocalEndPoint!).Port; // bound in the line above
    }
}

using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Sallyport.Lab.Processes;

/// <summary>Picks loopback ports for servers that cannot bind port 0 and say which one they got.</summary>
/// <remarks>
/// Drawn below the range from which the kernel serves port 0 and outgoing connections, so that nobody is handed one of them by
/// chance. Whoever starts the server still checks that it answers, and tries again.
/// </remarks>
public static class FreePorts
{
    private const int First = 15_000;
    private const int AfterLast = 32_000;

    public static ImmutableArray<int> Take(int count)
    {
        var ports = ImmutableArray.CreateBuilder<int>(count);
        while (ports.Count < count)
        {
            var port = RandomNumberGenerator.GetInt32(First, AfterLast);
            if (!ports.Contains(port) && IsFree(port))
            {
                ports.Add(port);
            }
        }

        return ports.MoveToImmutable();
    }

    private static bool IsFree(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}

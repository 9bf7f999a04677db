using System;
using System.Net.Sockets;

namespace Sallyport.Guard.Bench;

/// <summary>How fast the kernel sends on a connection: by the same simple rule on every machine.</summary>
/// <remarks>
/// A machine whose default is BBR paces every connection by the rate that it believes it has. On loopback one server was seen to lose half of its rate for the rest of a run by that, whatever it ran.
/// </remarks>
internal static class Congestion
{
    private const int Tcp = 6; // IPPROTO_TCP
    private const int Name = 13; // TCP_CONGESTION of Linux, tcp(7)

    /// <summary>Sets it to Reno, which every Linux has and lets anybody use; what a listening socket accepts inherits it.</summary>
    public static void Calm(Socket socket)
    {
        if (OperatingSystem.IsLinux())
        {
            socket.SetRawSocketOption(Tcp, Name, "reno"u8);
        }
    }
}

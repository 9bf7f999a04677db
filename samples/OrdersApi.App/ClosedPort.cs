using System;
using System.Net;
using System.Net.Sockets;

namespace OrdersApi.App;

/// <summary>A port of loopback that is taken and where nobody listens: whoever connects is refused, and nobody else can open it meanwhile.</summary>
internal sealed class ClosedPort : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public ClosedPort() => _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));

    public Uri Url => new($"http://127.0.0.1:{((IPEndPoint?)_socket.LocalEndPoint)?.Port ?? throw new InvalidOperationException("It is bound from the start.")}/");

    public void Dispose() => _socket.Dispose();
}

using Sallyport.Tls.Wire;

namespace Sallyport.Tls.Client;

/// <summary>The next thing the server said.</summary>
internal abstract record Inbound
{
    private Inbound()
    {
    }

    internal sealed record Message(HandshakeMessage Value) : Inbound;

    internal sealed record Data(byte[] Bytes) : Inbound;

    internal sealed record ChangeCipherSpec : Inbound;

    /// <summary>A warning of TLS 1.2 and older that ends nothing.</summary>
    internal sealed record Warning(TlsAlert Alert) : Inbound;

    internal sealed record Alerted(TlsAlert Alert) : Inbound;

    internal sealed record Closed : Inbound;

    internal sealed record Malformed(string Reason) : Inbound;
}

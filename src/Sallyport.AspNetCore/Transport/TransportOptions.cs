using System;

namespace Sallyport.AspNetCore.Transport;

/// <summary>The handshake: the server's certificate and limits.</summary>
public sealed class TransportOptions
{
    /// <summary>The longest handshake. 1 to 60 seconds; 5 seconds by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside of 1 to 60 seconds.</exception>
    public TimeSpan HandshakeTimeout
    {
        get;
        set => field = value >= TimeSpan.FromSeconds(1) && value <= TimeSpan.FromSeconds(60)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "1 to 60 seconds.");
    } = TimeSpan.FromSeconds(5);
}

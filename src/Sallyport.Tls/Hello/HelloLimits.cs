using System;

namespace Sallyport.Tls.Hello;

/// <summary>How long and how much a hello probe listens.</summary>
public sealed record HelloLimits
{
    /// <summary>The defaults of every property.</summary>
    public static HelloLimits Default { get; } = new();

    /// <summary>From the first byte sent to the whole answer; 5 seconds by default.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The clock that the time-out goes by.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Bytes read before the first handshake message is whole; 64 KiB by default.</summary>
    public int MaxAnswerBytes { get; init; } = 64 * 1024;

    /// <summary>Bytes of one whole plaintext flight (certificates, key exchange, certificate request); 256 KiB by default.</summary>
    public int MaxFlightBytes { get; init; } = 256 * 1024;

    /// <summary>Whether to read on to ServerHelloDone in TLS 1.2 and before; true by default. A suite scan needs only the ServerHello.</summary>
    public bool ReadWholeFlight { get; init; } = true;
}

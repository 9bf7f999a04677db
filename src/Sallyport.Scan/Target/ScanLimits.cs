using System;

namespace Sallyport.Scan.Target;

/// <summary>What a scan may cost. Every bound is kept by the transport, whatever the checks want.</summary>
public sealed record ScanLimits
{
    /// <summary>HTTP requests a second. 1 to 10,000; 50 by default.</summary>
    public int RequestsPerSecond
    {
        get;
        init => field = value is >= 1 and <= 10_000 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "1 to 10,000 requests per second.");
    } = 50;

    /// <summary>HTTP requests in all. 1 to 1,000,000; 5,000 by default.</summary>
    public int Requests
    {
        get;
        init => field = value is >= 1 and <= 1_000_000 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "1 to 1,000,000 requests.");
    } = 5_000;

    /// <summary>Connections in all. 1 to 100,000; 400 by default.</summary>
    public int Connections
    {
        get;
        init => field = value is >= 1 and <= 100_000 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "1 to 100,000 connections.");
    } = 400;

    /// <summary>Handshakes under way at once. 1 to 256; 16 by default.</summary>
    public int HandshakesAtOnce
    {
        get;
        init => field = value is >= 1 and <= 256 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "1 to 256 handshakes at once.");
    } = 16;

    /// <summary>The whole scan's deadline; <c>null</c>: 60 seconds in safe mode, 10 minutes otherwise.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>The longest that one connection or answer may take. 100 ms to 60 s; 5 seconds by default.</summary>
    public TimeSpan ProbeTimeout
    {
        get;
        init => field = value >= TimeSpan.FromMilliseconds(100) && value <= TimeSpan.FromSeconds(60)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "100 ms to 60 s.");
    } = TimeSpan.FromSeconds(5);
}

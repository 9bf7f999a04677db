using System;
using System.Collections.Immutable;

namespace Sallyport.Tls.Hello;

/// <summary>What a suite scan asks, and how hard.</summary>
public sealed record SuiteScannerOptions
{
    /// <summary>Host name for SNI; null (the default) for none.</summary>
    public string? ServerName { get; init; }

    /// <summary>Connections at the same time; 1 to 64, 8 by default.</summary>
    public int Degree
    {
        get;
        init => field = value is >= 1 and <= 64 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "1 to 64 connections at once.");
    } = 8;

    /// <summary>Suites in one hello; 8 to 64, 64 by default. Some servers fear more.</summary>
    public int ChunkSize
    {
        get;
        init => field = value is >= 8 and <= 64 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "8 to 64 suites in one hello.");
    } = 64;

    /// <summary>Connections at most; what is not asked then is unknown. 1 to 10,000, 400 by default.</summary>
    public int MaxConnections
    {
        get;
        init => field = value is >= 1 and <= 10_000 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "1 to 10,000 connections.");
    } = 400;

    /// <summary>Versions to ask for; SSL 2.0 to TLS 1.3 by default.</summary>
    public ImmutableArray<TlsVersion> Versions { get; init; } =
        [TlsVersion.Ssl2, TlsVersion.Ssl3, TlsVersion.Tls10, TlsVersion.Tls11, TlsVersion.Tls12, TlsVersion.Tls13];

    /// <summary>Whether to find out whose preference decides, one or two connections for each version; true by default.</summary>
    public bool DetectPreference { get; init; } = true;

    /// <summary>Time and bytes of one hello; only the ServerHello is read by default.</summary>
    public HelloLimits Limits { get; init; } = new() { ReadWholeFlight = false };
}

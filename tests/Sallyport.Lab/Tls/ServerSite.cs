using System;
using System.Collections.Immutable;
using System.Security.Cryptography.X509Certificates;

namespace Sallyport.Lab.Tls;

/// <summary>One name of the scripted server.</summary>
public sealed record ServerSite
{
    /// <summary>The name in SNI and Host, lower case.</summary>
    public required string Name { get; init; }

    /// <summary>What is wanted of clients; nothing by default.</summary>
    public ClientCertificatePolicy Policy { get; init; } = ClientCertificatePolicy.NotRequested;

    /// <summary>The roots that client certificates must chain to.</summary>
    public ImmutableArray<X509Certificate2> ClientRoots { get; init; } = [];

    /// <summary>A last look at a client's leaf (DER) in full handshakes; tickets pass it by. Null = none.</summary>
    public Func<byte[], bool>? Admits { get; init; }

    /// <summary>The body of every answer, before the line of facts.</summary>
    public string Marker { get; init; } = "served";
}

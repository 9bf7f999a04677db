using System;
using System.Collections.Immutable;
using System.Security.Cryptography.X509Certificates;
using Sallyport.Tls;

namespace Sallyport.Lab.Tls;

/// <summary>What the scripted server says and does, right or wrong.</summary>
public sealed record ServerScript
{
    /// <summary>The sites; the first serves unknown and absent names. One named <c>localhost</c> by default.</summary>
    public ImmutableArray<ServerSite> Sites { get; init; } = [new ServerSite { Name = "localhost" }];

    /// <summary>The versions it speaks; TLS 1.3 and 1.2 by default.</summary>
    public ImmutableArray<TlsVersion> Versions { get; init; } = [TlsVersion.Tls13, TlsVersion.Tls12];

    /// <summary>The server's certificate with an ECDSA key; null = one minted at start.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>What it does wrong.</summary>
    public ServerFlaw Flaws { get; init; }

    /// <summary>Whether and how far it speaks TLS.</summary>
    public ServerShape Shape { get; init; }

    /// <summary>Tickets sent after a handshake; 2 by default, 0 for none. TLS 1.2 sends one at most.</summary>
    public int Tickets { get; init; } = 2;

    /// <summary>Announced lifetime of tickets.</summary>
    public TimeSpan TicketLifetime { get; init; } = TimeSpan.FromHours(2);

    /// <summary>How tickets are protected.</summary>
    public TicketKeyKind TicketKey { get; init; } = TicketKeyKind.Random;

    /// <summary>max_early_data_size of tickets; 0 = no early data.</summary>
    public uint MaxEarlyData { get; init; }

    /// <summary>Whether the first hello without a P-256 share is answered with HelloRetryRequest for P-256; otherwise X25519 is taken too.</summary>
    public bool OnlyP256 { get; init; }

    /// <summary>The schemes offered for client signatures.</summary>
    public ImmutableArray<SignatureScheme> ClientSchemes { get; init; } =
        [SignatureScheme.EcdsaSecp256R1Sha256, SignatureScheme.RsaPssRsaeSha256, SignatureScheme.EcdsaSecp384R1Sha384, SignatureScheme.RsaPkcs1Sha256];

    /// <summary>Changes each handshake message of the server before it is sent (after it entered the transcript): for fuzzing. Null = nothing.</summary>
    public Func<byte[], byte[]>? Mutate { get; init; }

    /// <summary>Changes the server's bytes on the connection itself. Null = nothing.</summary>
    public Func<byte[], byte[]>? MutateRecords { get; init; }
}

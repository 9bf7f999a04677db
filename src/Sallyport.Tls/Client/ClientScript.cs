using System;
using Sallyport.Tls.Hello;

namespace Sallyport.Tls.Client;

/// <summary>What our client says and does, right or wrong, on one connection.</summary>
public sealed record ClientScript
{
    /// <summary>The hello to send. Versions, suites and groups the engine cannot speak are left out of it.</summary>
    public required HelloRequest Hello { get; init; }

    /// <summary>Oldest version to complete; TLS 1.2 by default.</summary>
    public TlsVersion MinimumVersion { get; init; } = TlsVersion.Tls12;

    /// <summary>Newest version to complete; TLS 1.3 by default.</summary>
    public TlsVersion MaximumVersion { get; init; } = TlsVersion.Tls13;

    /// <summary>The identity we present; null = none.</summary>
    public ClientCredential? Credential { get; init; }

    /// <summary>What is sent when a certificate is requested.</summary>
    public CertificateAnswer CertificateAnswer { get; init; } = CertificateAnswer.Normal;

    /// <summary>How possession of the key is proved.</summary>
    public CertificateVerifyAnswer CertificateVerifyAnswer { get; init; } = CertificateVerifyAnswer.Sign;

    /// <summary>Forces the scheme written into CertificateVerify, even one that was not offered or is for another kind of key; null = chosen from the request.</summary>
    /// <remarks>A scheme for another kind of key only labels the signature: the key signs as it can, with the scheme's hash.</remarks>
    public SignatureScheme? CertificateVerifyScheme { get; init; }

    /// <summary>What is answered to post-handshake authentication and in a renegotiation.</summary>
    public PostHandshakeAnswer PostHandshakeAnswer { get; init; } = PostHandshakeAnswer.Answer;

    /// <summary>The identity for the post-handshake answer; null = <see cref="Credential"/>.</summary>
    public ClientCredential? PostHandshakeCredential { get; init; }

    /// <summary>A session to resume, at any name; null = full handshake.</summary>
    public SessionTicket? Resume { get; init; }

    /// <summary>Whether the server may decline the ticket and go on with a full handshake; true by default. False ends with <see cref="HandshakeOutcome.Unsupported"/> then.</summary>
    public bool AcceptFullHandshake { get; init; } = true;

    /// <summary>Application bytes sent as 0-RTT with <see cref="Resume"/>; empty = none.</summary>
    public ReadOnlyMemory<byte> EarlyData { get; init; }

    /// <summary>Whether a HelloRequest of the server is answered with a renegotiation; true by default. Otherwise: alert no_renegotiation.</summary>
    public bool AnswerRenegotiation { get; init; } = true;

    /// <summary>Longest wait for the handshake; 10 seconds by default, at most 10 minutes.</summary>
    public TimeSpan Timeout
    {
        get;
        init => field = value > TimeSpan.Zero && value <= TimeSpan.FromMinutes(10)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "More than zero, at most 10 minutes.");
    } = TimeSpan.FromSeconds(10);

    /// <summary>Longest handshake message taken from the server; 256 KB by default, 1 KB to 1 MB.</summary>
    public int MaxMessageBytes
    {
        get;
        init => field = value is >= 1024 and <= 1 << 20 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "1 KB to 1 MB.");
    } = 256 * 1024;

    /// <summary>How many records without content, tickets, key updates and requests after the handshake are taken before the server counts as broken; 1,000 by default.</summary>
    public int MaxIdleRecords
    {
        get;
        init => field = value is >= 16 and <= 100_000 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "16 to 100,000.");
    } = 1000;

    /// <summary>A script for TLS 1.3 and 1.2 with the suites, groups and extensions of a usual client, tickets included.</summary>
    /// <param name="serverName">Host name for SNI; null for none.</param>
    /// <returns>A script to be changed by <c>with</c>.</returns>
    public static ClientScript ForServer(string? serverName)
    {
        HelloRequest newer = HelloRequest.ForTls13(serverName);
        return new ClientScript
        {
            Hello = HelloRequest.ForTls12(serverName) with
            {
                SupportedVersions = [TlsVersion.Tls13, TlsVersion.Tls12],
                CipherSuites = [.. newer.CipherSuites, .. HelloRequest.ForTls12(serverName).CipherSuites],
                KeyShareGroups = newer.KeyShareGroups,
                OfferPskModes = true,
            },
        };
    }

    /// <summary>Describes the script without any secret.</summary>
    /// <returns>One short line.</returns>
    public override string ToString() =>
        $"ClientScript {{ {MinimumVersion} to {MaximumVersion}, {Credential?.ToString() ?? "no credential"}, {CertificateAnswer}, {CertificateVerifyAnswer} }}";
}

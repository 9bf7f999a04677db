using System;
using System.Collections.Immutable;
using System.Security.Cryptography;

namespace Sallyport.Tls.Client;

/// <summary>What resumes a session: the server's opaque bytes and our secret that belongs to them.</summary>
/// <remarks>The secret is never public and never in <see cref="ToString"/>.</remarks>
public sealed record SessionTicket
{
    /// <summary>Which kind of resumption this is for.</summary>
    public required SessionTicketKind Kind { get; init; }

    /// <summary>Version of the session that gave it.</summary>
    public required TlsVersion Version { get; init; }

    /// <summary>Suite of the session that gave it.</summary>
    public required CipherSuite Suite { get; init; }

    /// <summary>The ticket (or session id) as the server sent it.</summary>
    public required ReadOnlyMemory<byte> Identity { get; init; }

    /// <summary>Lifetime as the server announced it; zero when it gave none.</summary>
    public TimeSpan Lifetime { get; init; }

    /// <summary>The ticket_nonce of TLS 1.3; empty before.</summary>
    public ReadOnlyMemory<byte> Nonce { get; init; }

    /// <summary>The ticket_age_add of TLS 1.3; 0 before.</summary>
    public uint AgeAdd { get; init; }

    /// <summary>How many bytes of early data the server takes; 0 = none.</summary>
    public uint MaxEarlyData { get; init; }

    /// <summary>When it came.</summary>
    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>The first server name of the hello that led to it; null when none was sent.</summary>
    public string? ServerName { get; init; }

    /// <summary>The ALPN protocol of the session; null when none was chosen.</summary>
    public string? Alpn { get; init; }

    /// <summary>Whether we had sent a client certificate in the session.</summary>
    public bool ClientCertificateSent { get; init; }

    /// <summary>Whether the session used the extended master secret (TLS 1.2).</summary>
    public bool ExtendedMasterSecret { get; init; }

    /// <summary>The server's certificates in the session, DER, leaf first.</summary>
    public ImmutableArray<ImmutableArray<byte>> ServerCertificates { get; init; } = [];

    /// <summary>Whether the server had proved its key in the session that gave it: a session that is resumed proves no more.</summary>
    internal bool? ServerSignatureValid { get; init; }

    internal byte[] Secret { get; init; } = [];

    /// <summary>Other secrets of the session that some servers put into the ticket instead.</summary>
    internal ImmutableArray<byte[]> RelatedSecrets { get; init; } = [];

    /// <summary>Whether decrypted ticket bytes hold a secret of this session: proof that the ticket key was guessed.</summary>
    /// <param name="plaintext">What a trial decryption of <see cref="Identity"/> gave.</param>
    /// <returns>True when the session's secret is in it.</returns>
    public bool IsRevealedBy(ReadOnlySpan<byte> plaintext)
    {
        if (Secret.Length > 0 && plaintext.IndexOf(Secret) >= 0)
        {
            return true;
        }

        foreach (byte[] secret in RelatedSecrets)
        {
            if (secret.Length > 0 && plaintext.IndexOf(secret) >= 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether two tickets carry the same session secret.</summary>
    /// <param name="other">The other ticket.</param>
    /// <returns>True when the secrets are equal.</returns>
    public bool SharesSecretWith(SessionTicket other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return CryptographicOperations.FixedTimeEquals(Secret, other.Secret);
    }

    /// <summary>Describes the ticket without its bytes.</summary>
    /// <returns>One short line.</returns>
    public override string ToString() => $"SessionTicket {{ {Kind}, {Identity.Length} bytes, lifetime {Lifetime.TotalSeconds:0} s }}";
}

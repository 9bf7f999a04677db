using System;
using System.Collections.Immutable;
using System.Text;

namespace Sallyport.Tls.Hello;

/// <summary>Everything a ClientHello can say, exactly as it will be written.</summary>
/// <remarks>RFC 8446, section 4.1.2, and RFC 5246, section 7.4.1.2. Nothing is corrected: contradictions are sent as given.</remarks>
public sealed record HelloRequest
{
    /// <summary>Version of the record header; TLS 1.0 by default, as browsers do.</summary>
    public TlsVersion RecordVersion { get; init; } = TlsVersion.Tls10;

    /// <summary>legacy_version of the message; TLS 1.2 by default.</summary>
    public TlsVersion LegacyVersion { get; init; } = TlsVersion.Tls12;

    /// <summary>The supported_versions extension in order; absent when empty (the default).</summary>
    public ImmutableArray<TlsVersion> SupportedVersions { get; init; } = [];

    /// <summary>Suites in order of preference. A server may fear more than 64 at once.</summary>
    public ImmutableArray<CipherSuite> CipherSuites { get; init; } = [];

    /// <summary>Compression methods; only "none" (0) by default. 1 is DEFLATE.</summary>
    public ImmutableArray<byte> CompressionMethods { get; init; } = [0];

    /// <summary>The 32 random bytes; null (the default) means fresh ones for every hello.</summary>
    public ImmutableArray<byte>? Random { get; init; }

    /// <summary>The session id; empty by default, at most 255 bytes are written.</summary>
    public ImmutableArray<byte> SessionId { get; init; } = [];

    /// <summary>Entries of server_name as raw bytes: none (no extension), one, or several for tests of confusion.</summary>
    public ImmutableArray<ImmutableArray<byte>> ServerNames { get; init; } = [];

    /// <summary>Name type of every server_name entry; 0 (host_name) by default.</summary>
    public byte SniNameType { get; init; }

    /// <summary>The supported_groups extension; absent when empty (the default).</summary>
    public ImmutableArray<NamedGroup> Groups { get; init; } = [];

    /// <summary>Groups with a key share; null (the default) means no key_share extension, empty an empty one, which asks for a HelloRetryRequest.</summary>
    public ImmutableArray<NamedGroup>? KeyShareGroups { get; init; }

    /// <summary>The signature_algorithms extension; absent when empty (the default).</summary>
    public ImmutableArray<SignatureScheme> SignatureSchemes { get; init; } = [];

    /// <summary>The signature_algorithms_cert extension; absent when empty (the default).</summary>
    public ImmutableArray<SignatureScheme> SignatureSchemesCert { get; init; } = [];

    /// <summary>Application protocols, each character one byte (Latin-1); absent when empty (the default).</summary>
    public ImmutableArray<string> Alpn { get; init; } = [];

    /// <summary>Whether post_handshake_auth (49) is offered; false by default.</summary>
    public bool OfferPostHandshakeAuth { get; init; }

    /// <summary>Whether session_ticket (35) is offered; false by default.</summary>
    public bool OfferSessionTicket { get; init; }

    /// <summary>Contents of the session_ticket extension when it is offered; empty by default.</summary>
    public ImmutableArray<byte> SessionTicket { get; init; } = [];

    /// <summary>Whether psk_key_exchange_modes says psk_dhe_ke, without which TLS 1.3 servers send no tickets; false by default.</summary>
    public bool OfferPskModes { get; init; }

    /// <summary>Whether extended_master_secret (23) is offered; false by default.</summary>
    public bool ExtendedMasterSecret { get; init; }

    /// <summary>Whether encrypt_then_mac (22) is offered; false by default.</summary>
    public bool EncryptThenMac { get; init; }

    /// <summary>How secure renegotiation is offered; absent by default.</summary>
    public RenegotiationOffer Renegotiation { get; init; }

    /// <summary>Whether TLS_FALLBACK_SCSV follows the suites; false by default.</summary>
    public bool FallbackScsv { get; init; }

    /// <summary>Whether a stapled OCSP answer is asked for; false by default.</summary>
    public bool StatusRequest { get; init; }

    /// <summary>Whether heartbeat (15) is offered as "peer may send"; false by default.</summary>
    public bool Heartbeat { get; init; }

    /// <summary>Whether reserved numbers of RFC 8701 are mixed in: a suite, a version, a group, a key share and two extensions; false by default.</summary>
    public bool Grease { get; init; }

    /// <summary>Bytes to which a padding extension fills the message (header included); 0 (the default) means none. At most 65,000.</summary>
    public int PaddingTo { get; init; }

    /// <summary>Further extensions after all others, in order; the same type may come twice.</summary>
    public ImmutableArray<RawExtension> ExtraExtensions { get; init; } = [];

    /// <summary>Whether the hello is written in SSL 2.0's format; false by default. SSL 2.0's own suites are offered with it.</summary>
    public bool Ssl2Hello { get; init; }

    /// <summary>How the hello is cut into records and writes; not at all by default.</summary>
    public HelloFragmentation Fragmentation { get; init; } = HelloFragmentation.None;

    /// <summary>A hello that offers TLS 1.2 only, with suites, groups and extensions of a usual client.</summary>
    /// <param name="serverName">Host name for SNI; null for none.</param>
    /// <returns>A request to be changed by <c>with</c>.</returns>
    public static HelloRequest ForTls12(string? serverName) => new()
    {
        CipherSuites = HelloDefaults.Tls12Suites,
        Groups = HelloDefaults.Groups,
        SignatureSchemes = HelloDefaults.Schemes,
        ServerNames = Names(serverName),
        ExtendedMasterSecret = true,
        EncryptThenMac = true,
        OfferSessionTicket = true,
        StatusRequest = true,
        Renegotiation = RenegotiationOffer.Extension,
    };

    /// <summary>A hello that offers TLS 1.3 only, with key shares for X25519 and P-256.</summary>
    /// <param name="serverName">Host name for SNI; null for none.</param>
    /// <returns>A request to be changed by <c>with</c>.</returns>
    public static HelloRequest ForTls13(string? serverName) => new()
    {
        SupportedVersions = [TlsVersion.Tls13],
        CipherSuites = HelloDefaults.Tls13Suites,
        Groups = HelloDefaults.Groups,
        KeyShareGroups = [NamedGroup.X25519, NamedGroup.Secp256R1],
        SignatureSchemes = HelloDefaults.Schemes,
        ServerNames = Names(serverName),
        OfferPskModes = true,
    };

    /// <summary>A hello of an old client: one version at most 1.2, the suites given, few extensions (none in SSL 3.0 but the signalling suite).</summary>
    /// <param name="version">SSL 2.0 to TLS 1.2; SSL 2.0 chooses its own hello format.</param>
    /// <param name="suites">Suites to offer.</param>
    /// <param name="serverName">Host name for SNI; null (the default) for none, and never sent in SSL 3.0.</param>
    /// <returns>A request to be changed by <c>with</c>.</returns>
    public static HelloRequest Legacy(TlsVersion version, ImmutableArray<CipherSuite> suites, string? serverName = null)
    {
        var request = new HelloRequest
        {
            RecordVersion = version is TlsVersion.Ssl3 ? TlsVersion.Ssl3 : TlsVersion.Tls10,
            LegacyVersion = version,
            CipherSuites = suites,
            Ssl2Hello = version == TlsVersion.Ssl2,
            Renegotiation = RenegotiationOffer.Scsv,
        };
        return version is TlsVersion.Ssl2 or TlsVersion.Ssl3
            ? request
            : request with
            {
                ServerNames = Names(serverName),
                Groups = HelloDefaults.AllClassicGroups,
                SignatureSchemes = version == TlsVersion.Tls12 ? HelloDefaults.LegacySchemes : [],
            };
    }

    /// <summary>The raw bytes of a host name for <see cref="ServerNames"/>.</summary>
    /// <param name="name">ASCII host name; each character becomes one byte (Latin-1).</param>
    /// <returns>The bytes.</returns>
    public static ImmutableArray<byte> RawName(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return [.. Encoding.Latin1.GetBytes(name)];
    }

    private static ImmutableArray<ImmutableArray<byte>> Names(string? name) => name is null ? [] : [RawName(name)];
}

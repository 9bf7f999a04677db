namespace Sallyport.Tls.Client;

/// <summary>What our hello offered, as far as the rest of a TLS 1.2 handshake depends on it. A class, not a record: nothing may print it.</summary>
internal sealed class Offer12
{
    internal required byte[] ClientRandom { get; init; }

    /// <summary>legacy_version of the hello, which goes into the RSA premaster secret.</summary>
    internal required TlsVersion LegacyVersion { get; init; }

    internal SessionTicket? Resume { get; init; }

    /// <summary>Whether a full handshake is not wanted.</summary>
    internal bool MustResume { get; init; }

    internal string? ServerName { get; init; }

    internal ClientCredential? Credential { get; init; }

    internal CertificateAnswer Answer { get; init; }
}

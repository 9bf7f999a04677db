using System;
using System.Security.Cryptography.X509Certificates;

namespace Sallyport.AspNetCore.Transport;

/// <summary>The handshake: the server's certificate and limits.</summary>
public sealed class TransportOptions
{
    /// <summary>The server's certificate: a PEM file with the leaf first and its intermediates after it, or a PFX file. Watched. Required unless <see cref="ServerCertificate"/> is set.</summary>
    /// <remarks>Relative to the content root. A half-written file, or one that does not fit its key, is kept out and the last good one stays.</remarks>
    public string? CertificateFile { get; set; }

    /// <summary>The PEM file of its key; null, the default, when the key is in <see cref="CertificateFile"/>. Watched.</summary>
    public string? KeyFile { get; set; }

    /// <summary>The password of the PFX file or of the encrypted PEM key; null, the default, for none.</summary>
    public string? Password { get; set; }

    /// <summary>The server's certificate with its key, where it is not in a file; null by default. It never changes while the host runs.</summary>
    public X509Certificate2? ServerCertificate { get; set; }

    /// <summary>What is sent with <see cref="ServerCertificate"/>: its intermediates.</summary>
    public X509Certificate2Collection ServerIntermediates { get; } = [];

    /// <summary>The longest handshake. 1 to 60 seconds; 5 seconds by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside of 1 to 60 seconds.</exception>
    public TimeSpan HandshakeTimeout
    {
        get;
        set => field = value >= TimeSpan.FromSeconds(1) && value <= TimeSpan.FromSeconds(60)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "1 to 60 seconds.");
    } = TimeSpan.FromSeconds(5);

    /// <summary>The most handshakes that are worked on at a time, each for a second at most; more wait, for as long as a handshake may last. 1 to 65,536; 256 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside of 1 to 65,536.</exception>
    public int MaxHandshakes
    {
        get;
        set => field = InRange(value);
    } = 256;

    /// <summary>
    /// The most handshakes that are worked on at a time from one address (IPv6: one /64), so that nobody takes all of <see cref="MaxHandshakes"/>. Trusted proxies and
    /// <see cref="Lockout.LockoutOptions.ExemptNetworks"/> only count in all. 1 to 65,536; 64 by default.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside of 1 to 65,536.</exception>
    public int MaxHandshakesPerAddress
    {
        get;
        set => field = InRange(value);
    } = 64;

    private static int InRange(int value) =>
        value is >= 1 and <= 65_536 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "1 to 65,536.");
}

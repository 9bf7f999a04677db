using System;
using System.Collections.Generic;
using Sallyport.Certificates;
using Sallyport.Certificates.Chain;
using Sallyport.Certificates.Revocation;

namespace Sallyport.AspNetCore.Outbound;

/// <summary>Whom an <c>HttpClient</c> talks to, and as whom. With nothing set it talks to nobody.</summary>
public sealed class SallyportClientOptions
{
    /// <summary>PEM files of the roots that servers' certificates come from; the system's store never counts. Watched, the last good content is kept.</summary>
    public IList<string> AnchorFiles { get; } = [];

    /// <summary>PEM files of intermediates that a server need not send; not trusted by themselves. Watched.</summary>
    public IList<string> IntermediateFiles { get; } = [];

    /// <summary>PEM or DER files of revocation lists. Watched.</summary>
    public IList<string> RevocationListFiles { get; } = [];

    /// <summary>What an unknown revocation status of a server means; an unknown status refuses by default.</summary>
    public RevocationPolicy Revocation { get; set; } = new();

    /// <summary>Pins: SHA-256 of the public key of a certificate on the server's verified path; none by default, else at least two, so that there is one to go on with.</summary>
    public ISet<Octets> Pins { get; } = new HashSet<Octets>();

    /// <summary>PEM file of the client's certificate, with its intermediates after it; null (the default) for none. Watched together with the key.</summary>
    public string? CertificateFile { get; set; }

    /// <summary>PEM file of its private key, not encrypted.</summary>
    public string? KeyFile { get; set; }

    /// <summary>Whether a server that never asks for the client's certificate is talked to all the same; false by default: a client that has one expects to be asked.</summary>
    public bool AllowServerThatAsksForNoCertificate { get; set; }

    /// <summary>How often files are looked at. 100 milliseconds to 1 hour; 2 seconds by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside of 100 milliseconds to 1 hour.</exception>
    public TimeSpan PollInterval
    {
        get;
        set => field = value >= TimeSpan.FromMilliseconds(100) && value <= TimeSpan.FromHours(1)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "100 milliseconds to 1 hour.");
    } = TimeSpan.FromSeconds(2);

    /// <summary>How long a connection is used at most, so that another certificate or address is seen. 1 second to 1 hour; 5 minutes by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside of 1 second to 1 hour.</exception>
    public TimeSpan MaxConnectionLifetime
    {
        get;
        set => field = value >= TimeSpan.FromSeconds(1) && value <= TimeSpan.FromHours(1)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "1 second to 1 hour.");
    } = TimeSpan.FromMinutes(5);

    /// <summary>The longest time for connection and handshake. 1 to 60 seconds; 10 seconds by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside of 1 to 60 seconds.</exception>
    public TimeSpan ConnectTimeout
    {
        get;
        set => field = value >= TimeSpan.FromSeconds(1) && value <= TimeSpan.FromSeconds(60)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "1 to 60 seconds.");
    } = TimeSpan.FromSeconds(10);

    /// <summary>The smallest RSA key on the server's path. 2,048 to 8,192 bits; 2,048 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside of 2,048 to 8,192.</exception>
    public int MinimumRsaBits
    {
        get;
        set => field = value is >= 2048 and <= 8192 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "2,048 to 8,192 bits.");
    } = 2048;

    /// <summary>Adds a PEM file of roots.</summary>
    /// <param name="path">The file, relative to the content root.</param>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    public SallyportClientOptions AddPemFile(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        AnchorFiles.Add(path);
        return this;
    }

    /// <summary>Adds a revocation list.</summary>
    /// <param name="path">The file, PEM or DER, relative to the content root.</param>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    public SallyportClientOptions AddRevocationList(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        RevocationListFiles.Add(path);
        return this;
    }

    /// <summary>Adds a pin.</summary>
    /// <param name="sha256">Base64 of the SHA-256 of a SubjectPublicKeyInfo (RFC 7469, section 2.4), with or without <c>sha256/</c> before it.</param>
    /// <exception cref="ArgumentException">The text is no such hash.</exception>
    public SallyportClientOptions Pin(string sha256)
    {
        ArgumentNullException.ThrowIfNull(sha256);
        byte[] hash = new byte[33];
        string text = sha256.StartsWith("sha256/", StringComparison.Ordinal) ? sha256["sha256/".Length..] : sha256;
        if (text.Length != 44 || !Convert.TryFromBase64String(text, hash, out int written) || written != 32)
        {
            throw new ArgumentException("A pin is base64 of 32 octets.", nameof(sha256));
        }

        Pins.Add(Octets.Of(hash.AsSpan(0, 32)));
        return this;
    }

    /// <summary>The rules that a server's certificate is verified by: serverAuth instead of clientAuth, the name is held against the host afterwards.</summary>
    internal ChainPolicy ChainPolicy() => new()
    {
        Profile = new StrictProfile { RequiredPurpose = "1.3.6.1.5.5.7.3.1", MinimumRsaBits = MinimumRsaBits },
        Revocation = Revocation,
    };
}

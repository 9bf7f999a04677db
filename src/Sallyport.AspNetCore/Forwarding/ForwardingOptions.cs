using System;
using System.Collections.Generic;
using Sallyport.Certificates;

namespace Sallyport.AspNetCore.Forwarding;

/// <summary>Which proxies may pass a client's certificate on (RFC 9440), and what every other header of that kind is worth: nothing.</summary>
/// <remarks>With nothing set nobody is believed, and every known identity header is taken away before anything reads it.</remarks>
public sealed class ForwardingOptions
{
    /// <summary>The accounts whose certificates make a peer a trusted proxy; none by default.</summary>
    public ISet<string> ProxyIdentities { get; } = new HashSet<string>(StringComparer.Ordinal);

    /// <summary>The certificates that make a peer a trusted proxy; none by default.</summary>
    public ISet<CertificateThumbprint> ProxyCertificates { get; } = new HashSet<CertificateThumbprint>();

    /// <summary>Further headers that carry an identity in this application's past and are taken away from every request; none by default.</summary>
    public ICollection<string> IdentityHeaders { get; } = [];

    /// <summary>Whether a trusted proxy's request without a forwarded certificate is the proxy's own; false by default: it is refused.</summary>
    /// <remarks>On, whatever the proxy lets through without a client certificate is done in the proxy's name.</remarks>
    public bool ProxyMaySpeakForItself { get; set; }

    /// <summary>Trusts the proxy that has this account.</summary>
    /// <param name="identity">The account's name, compared exactly.</param>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    public ForwardingOptions TrustProxy(string identity)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(identity);
        ProxyIdentities.Add(identity);
        return this;
    }

    /// <summary>Trusts the proxy that has this certificate.</summary>
    /// <param name="certificate">The SHA-256 of its certificate.</param>
    /// <exception cref="ArgumentException">The thumbprint is the default one, which is no certificate's.</exception>
    public ForwardingOptions TrustProxy(CertificateThumbprint certificate)
    {
        if (certificate == default)
        {
            throw new ArgumentException("The default thumbprint is no certificate's.", nameof(certificate));
        }

        ProxyCertificates.Add(certificate);
        return this;
    }
}

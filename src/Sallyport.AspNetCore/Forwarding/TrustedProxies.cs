using System;
using System.Collections.Frozen;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Sallyport.AspNetCore.Identity;
using Sallyport.Certificates;
using Sallyport.Certificates.Chain;

namespace Sallyport.AspNetCore.Forwarding;

/// <summary>Tells whether a verified peer may forward others' certificates. By its certificate or its account, never by its address.</summary>
internal sealed class TrustedProxies
{
    private readonly FrozenSet<string> _identities;
    private readonly FrozenSet<CertificateThumbprint> _certificates;
    private readonly Lazy<IIdentityDirectory?> _directory;

    public TrustedProxies(IOptions<SallyportOptions> options, IServiceProvider services)
    {
        _identities = options.Value.Forwarding.ProxyIdentities.ToFrozenSet(StringComparer.Ordinal);
        _certificates = options.Value.Forwarding.ProxyCertificates.ToFrozenSet();

        // Asked for when first needed: an application may have no store, and then no account is a proxy.
        _directory = new Lazy<IIdentityDirectory?>(services.GetService<IIdentityDirectory>);
    }

    /// <summary>Whether any proxy is trusted at all.</summary>
    public bool Any => _identities.Count + _certificates.Count > 0;

    /// <summary>Whether the peer with this certificate may forward, by what is known now.</summary>
    public bool Trusts(VerifiedClientCertificate certificate) =>
        (_certificates.Count > 0 && _certificates.Contains(certificate.Thumbprint))
        || (_identities.Count > 0 && _directory.Value?.Find(certificate) is IdentityAnswer.Known known && _identities.Contains(known.Identity.Name));

    /// <summary>Whether an account is a proxy's.</summary>
    public bool IsNamed(string identity) => _identities.Contains(identity);
}

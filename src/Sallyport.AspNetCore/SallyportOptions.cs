using System.Collections.Generic;
using Sallyport.AspNetCore.Audit;
using Sallyport.AspNetCore.Authorization;
using Sallyport.AspNetCore.Connections;
using Sallyport.AspNetCore.Csrf;
using Sallyport.AspNetCore.Forwarding;
using Sallyport.AspNetCore.Identity;
using Sallyport.AspNetCore.Lockout;
using Sallyport.AspNetCore.Revocation;
using Sallyport.AspNetCore.Sessions;
using Sallyport.AspNetCore.Tokens;
using Sallyport.AspNetCore.Transport;
using Sallyport.AspNetCore.Trust;

namespace Sallyport.AspNetCore;

/// <summary>Everything an application says about its guard. Safe as it stands: with nothing set, nobody is let in.</summary>
public sealed class SallyportOptions
{
    /// <summary>Which authorities client certificates come from.</summary>
    public TrustOptions Trust { get; } = new();

    /// <summary>What a client certificate must be.</summary>
    public ClientCertificateOptions Client { get; } = new();

    /// <summary>Where revocation is known from, and what an unknown status means.</summary>
    public RevocationOptions Revocation { get; } = new();

    /// <summary>The handshake: the server's certificate and limits.</summary>
    public TransportOptions Transport { get; } = new();

    /// <summary>What becomes of open connections.</summary>
    public ConnectionOptions Connections { get; } = new();

    /// <summary>The identity store's freshness.</summary>
    public IdentityOptions Identity { get; } = new();

    /// <summary>Whose access tokens count beside a client certificate.</summary>
    public TokenOptions Tokens { get; } = new();

    /// <summary>Sessions of browsers, bound to their certificate.</summary>
    public BoundSessionOptions Sessions { get; } = new();

    /// <summary>The tokens of forms.</summary>
    public CsrfOptions Csrf { get; } = new();

    /// <summary>Where the table of routes is written.</summary>
    public RouteTableOptions Routes { get; } = new();

    /// <summary>Where decisions are recorded.</summary>
    public AuditOptions Audit { get; } = new();

    /// <summary>What failures cost, and for how long.</summary>
    public LockoutOptions Lockout { get; } = new();

    /// <summary>Which proxies may pass a client's certificate on.</summary>
    public ForwardingOptions Forwarding { get; } = new();

    /// <summary>The host names that may be asked for without a server name in the ClientHello; none by default.</summary>
    public ICollection<string> Hosts { get; } = [];

    /// <summary>Origins beside the own one whose pages may change state, such as <c>https://app.example</c>; none by default.</summary>
    public ICollection<string> TrustedOrigins { get; } = [];
}

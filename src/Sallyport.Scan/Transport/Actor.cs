using Sallyport.Scan.Target;
using Sallyport.Tls.Client;

namespace Sallyport.Scan.Transport;

/// <summary>Who asks: a certificate, application credentials, both, or neither.</summary>
internal sealed record Actor
{
    /// <summary>What the report calls it, such as <c>alice</c>, <c>none</c> or <c>rogue CA, same names</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The certificate that is shown when one is asked for; <c>null</c> for none.</summary>
    public ClientCredential? Credential { get; init; }

    /// <summary>The identity whose token, cookie, password or key goes with each request; <c>null</c> for none. The transport adds them.</summary>
    public Identity? Application { get; init; }

    /// <summary>Nobody: no certificate, no application credentials.</summary>
    public static Actor Nobody { get; } = new() { Name = "none" };

    /// <summary>An identity with all that it has.</summary>
    /// <param name="identity">The identity.</param>
    public static Actor Of(Identity identity) => new()
    {
        Name = identity.Name,
        Credential = identity.Chain.IsEmpty ? null : new() { Chain = identity.Chain, Key = identity.Key },
        Application = identity,
    };

    /// <summary>The same application credentials without a certificate: "N" of the mutual TLS rows, which vary only the certificate.</summary>
    public Actor WithoutCertificate() => this with { Name = "none", Credential = null };

    /// <summary>The same application credentials with another certificate.</summary>
    /// <param name="name">What the report calls the certificate.</param>
    /// <param name="credential">The certificate and, when there is one, its key.</param>
    public Actor With(string name, ClientCredential credential) => this with { Name = name, Credential = credential };

    /// <inheritdoc/>
    public override string ToString() => Name;
}

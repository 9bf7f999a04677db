using System.Collections.Immutable;
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

    /// <summary>Credential headers that go with each request instead of the identity's own; <c>null</c> for its own.</summary>
    public ImmutableArray<PresentedHeader>? Presented { get; init; }

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

    /// <summary>The same certificate with a bearer token instead of the identity's own application credentials.</summary>
    /// <param name="name">What the report calls the token, such as <c>alg none</c>.</param>
    /// <param name="token">The token, without its scheme.</param>
    public Actor WithToken(string name, Secret token) => WithHeaders(name, [new("authorization", new Secret("Bearer " + token.Reveal()))]);

    /// <summary>The same certificate with other credential headers instead of the identity's own.</summary>
    /// <param name="name">What the report calls them.</param>
    /// <param name="headers">The headers; a header of the request with the same name wins.</param>
    public Actor WithHeaders(string name, ImmutableArray<PresentedHeader> headers) => this with { Name = name, Presented = headers };

    /// <summary>The same certificate without any application credential.</summary>
    public Actor WithoutApplication() => this with { Name = Name + ", certificate only", Application = null, Presented = null };

    /// <inheritdoc/>
    public override string ToString() => Name;
}

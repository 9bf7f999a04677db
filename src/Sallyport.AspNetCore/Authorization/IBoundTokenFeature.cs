using System;
using System.Collections.Immutable;
using Sallyport.Certificates;

namespace Sallyport.AspNetCore.Authorization;

/// <summary>What the token gate proved of the request's access token. On the request's features, and only when every rule held.</summary>
public interface IBoundTokenFeature
{
    /// <summary>The certificate that the token names (RFC 8705, <c>cnf.x5t#S256</c>).</summary>
    CertificateThumbprint BoundTo { get; }

    /// <summary>The scopes that the token carries, as issued.</summary>
    ImmutableArray<string> Scopes { get; }

    /// <summary>When it ends.</summary>
    DateTimeOffset ExpiresAt { get; }
}

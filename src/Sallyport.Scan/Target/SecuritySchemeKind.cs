namespace Sallyport.Scan.Target;

/// <summary>How a caller proves who it is.</summary>
public enum SecuritySchemeKind
{
    /// <summary>Not described, or not known here (such as HTTP Digest).</summary>
    Unknown,

    /// <summary>A client certificate: type <c>mutualTLS</c> (OpenAPI 3.1), or the extensions <c>x-mtls</c> and <c>x-client-cert</c>.</summary>
    MutualTls,

    /// <summary>HTTP Bearer (RFC 6750).</summary>
    Bearer,

    /// <summary>HTTP Basic (RFC 7617).</summary>
    Basic,

    /// <summary>A key in a header, the query or a cookie.</summary>
    ApiKey,

    /// <summary>OAuth 2.0 (RFC 6749).</summary>
    OAuth2,

    /// <summary>OpenID Connect.</summary>
    OpenIdConnect,
}

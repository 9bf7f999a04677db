namespace Sallyport.Scan.Findings;

/// <summary>What a check needs before it can run; the plan says why a check without it does not.</summary>
public enum Need
{
    /// <summary>A valid identity with a certificate and its key, whose control request succeeds on the protected operation (H(A) = accept).</summary>
    Identity,

    /// <summary>A second valid identity of another account.</summary>
    SecondIdentity,

    /// <summary>The private key of the CA that issues client certificates.</summary>
    ClientCaKey,

    /// <summary>The server asks for a client certificate somewhere (else: not applicable).</summary>
    CertificateRequested,

    /// <summary>H(none) is rejected, or the rule for unverified certificates (CONTRACTS.md) lets the matrix run.</summary>
    CertificateMatters,

    /// <summary>TLS 1.2 is offered (else: not applicable).</summary>
    Tls12,

    /// <summary>TLS 1.3 is offered (else: not applicable).</summary>
    Tls13,

    /// <summary>HTTP/2 is offered by ALPN (else: not applicable).</summary>
    Http2,

    /// <summary>A second virtual host of the same address (names, or server certificate SANs).</summary>
    SecondName,

    /// <summary>Another place of the same API (<c>origins</c>).</summary>
    Origins,

    /// <summary>A listener that the target can reach (loopback targets have one by themselves).</summary>
    Callback,

    /// <summary>The <c>revoke</c> hook, and <c>--allow-hooks</c>.</summary>
    RevokeHook,

    /// <summary>An identity declared <c>state: revoked</c>.</summary>
    RevokedIdentity,

    /// <summary>The root certificate that the server's certificate must chain to (<c>serverCa</c>).</summary>
    ServerCa,

    /// <summary>The private key of the server's certificate, given by the user.</summary>
    ServerKey,

    /// <summary>A description of the API (OpenAPI) or operations named by the user.</summary>
    Operations,

    /// <summary>The survey's TLS handshake succeeded at all.</summary>
    Tls,

    /// <summary>A valid identity with any credential (certificate, token, cookie, key) whose control request succeeds.</summary>
    Caller,

    /// <summary>A second valid identity of the lowest role with credentials of its own.</summary>
    SecondCaller,

    /// <summary>The first identity has a bearer token, given or from its login.</summary>
    Token,

    /// <summary>The signing key of the token issuer (<c>issuer.key</c>), in a test environment.</summary>
    Issuer,

    /// <summary>An identity with a role above the lowest.</summary>
    Admin,

    /// <summary>An identity on which wrong logins may be tried (<c>disposable: true</c>).</summary>
    Disposable,
}

namespace Sallyport.AspNetCore.Authorization;

/// <summary>Why the use gate refused. Names are stable: the audit trail and tests use them.</summary>
public enum UseRefusal
{
    /// <summary>Nobody makes the request: no account was authenticated, or the request is over. 401.</summary>
    NoCaller,

    /// <summary>The account is gone, inactive, no longer the certificate's, or what is known of it is too old. 403.</summary>
    IdentityLost,

    /// <summary>The certificate or its connection does not count any more. 403.</summary>
    CertificateLost,

    /// <summary>The application's policy says no. 404 where a resource is asked for: what is not yours is not there.</summary>
    NotAllowed,

    /// <summary>There is no such resource. 404.</summary>
    NotFound,

    /// <summary>The resource or the account changed between authorization and use. 409; 412 when the request had If-Match.</summary>
    Changed,

    /// <summary>A guarded resource was to be written without an authorization for it. 403.</summary>
    NotAuthorized,

    /// <summary>A guarded resource was to be written by a way that cannot be checked. 403.</summary>
    Unchecked,
}

using Sallyport.AspNetCore.Identity;
using Sallyport.Certificates.Chain;

namespace Sallyport.AspNetCore;

/// <summary>Who makes a request, as far as the request gate has proved it. On the request's features once authentication ran.</summary>
public interface ICallerFeature
{
    /// <summary>The verified certificate: the TLS peer's, or one that a trusted proxy forwarded.</summary>
    VerifiedClientCertificate Certificate { get; }

    /// <summary>Whose it is, looked up for this request.</summary>
    CertificateIdentity Identity { get; }

    /// <summary>The epoch of the identity snapshot that said so.</summary>
    long IdentityEpoch { get; }

    /// <summary>The epoch of the trust state that verified the certificate.</summary>
    long TrustEpoch { get; }

    /// <summary>Whether a proxy forwarded the certificate.</summary>
    bool IsForwarded { get; }
}

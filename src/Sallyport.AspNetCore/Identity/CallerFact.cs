using Sallyport.AspNetCore.Sessions;
using Sallyport.Certificates.Chain;

namespace Sallyport.AspNetCore.Identity;

/// <summary>Whose a certificate was found to be, with the epochs that it is true for. A fact, never a decision: dates and epochs are asked on every request.</summary>
internal sealed class CallerFact(VerifiedClientCertificate certificate, CertificateIdentity identity, long identityEpoch, long trustEpoch, bool isForwarded) : ICallerFeature
{
    /// <inheritdoc/>
    public VerifiedClientCertificate Certificate { get; } = certificate;

    /// <inheritdoc/>
    public CertificateIdentity Identity { get; } = identity;

    /// <inheritdoc/>
    public long IdentityEpoch { get; } = identityEpoch;

    /// <inheritdoc/>
    public long TrustEpoch { get; } = trustEpoch;

    /// <inheritdoc/>
    public bool IsForwarded { get; } = isForwarded;

    /// <summary>Name, roles and scopes; read only.</summary>
    public CallerClaims Claims { get; } = new(identity);

    /// <summary>What the platform's cookies are bound to.</summary>
    public CertificateTokenBinding Binding { get; } = new(certificate.Thumbprint);
}

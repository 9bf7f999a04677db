using Sallyport.AspNetCore.Trust;
using Sallyport.Certificates;

namespace Sallyport.AspNetCore.Revocation;

/// <summary>The deny list of the application, over the one that is published.</summary>
internal sealed class DenyList(TrustComposer composer) : IDenyList
{
    public void Deny(CertificateThumbprint thumbprint) => composer.Deny(thumbprint);

    public bool Allow(CertificateThumbprint thumbprint) => composer.Allow(thumbprint);

    public bool Denies(CertificateThumbprint thumbprint) => composer.Denies(thumbprint);
}

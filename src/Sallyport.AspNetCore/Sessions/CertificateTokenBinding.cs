using Microsoft.AspNetCore.Http.Features;
using Sallyport.Certificates;

namespace Sallyport.AspNetCore.Sessions;

/// <summary>Gives the platform's cookie handler the certificate to bind its cookies to: under another certificate they cannot be read.</summary>
internal sealed class CertificateTokenBinding(CertificateThumbprint certificate) : ITlsTokenBindingFeature
{
    public byte[] GetProvidedTokenBindingId()
    {
        byte[] id = new byte[32];
        certificate.WriteTo(id);
        return id;
    }

    public byte[] GetReferredTokenBindingId() => [];
}

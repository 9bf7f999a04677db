using System.Security.Cryptography.X509Certificates;
using Sallyport.Certificates;

namespace Sallyport.AspNetCore.Transport;

/// <summary>The server's certificate with its key, and what is sent with it.</summary>
internal sealed record ServerIdentity(X509Certificate2 Certificate, X509Certificate2Collection Intermediates)
{
    /// <summary>The SHA-256 of the certificate.</summary>
    public CertificateThumbprint Thumbprint { get; } = CertificateThumbprint.Of(Certificate);
}

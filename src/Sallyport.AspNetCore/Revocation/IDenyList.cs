using Sallyport.Certificates;

namespace Sallyport.AspNetCore.Revocation;

/// <summary>Certificates that are refused whatever anybody says about them, for the moment when nobody else is fast enough.</summary>
/// <remarks>In memory: a denial that shall survive a restart also belongs in <see cref="RevocationOptions.DenyListFile"/>.</remarks>
public interface IDenyList
{
    /// <summary>Refuses a certificate from now on; its open connections hear of it before this returns.</summary>
    /// <param name="thumbprint">The SHA-256 of its DER.</param>
    void Deny(CertificateThumbprint thumbprint);

    /// <summary>Takes back a <see cref="Deny"/>.</summary>
    /// <param name="thumbprint">The SHA-256 of its DER.</param>
    /// <returns>False when the file still denies it.</returns>
    bool Allow(CertificateThumbprint thumbprint);

    /// <summary>Whether a certificate is denied, by whichever way.</summary>
    /// <param name="thumbprint">The SHA-256 of its DER.</param>
    bool Denies(CertificateThumbprint thumbprint);
}

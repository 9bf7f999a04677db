using System.Security.Cryptography.X509Certificates;

namespace Sallyport.Lab.Tls;

/// <summary>Chain policies of servers that judge a certificate themselves.</summary>
public static class LabTrust
{
    /// <summary>Trusts no root at all. Without a policy the platform holds every certificate against the machine's own roots, which costs a fifth of the tests' time and decides nothing in them.</summary>
    /// <param name="downloads">Whether the platform may look for issuers at the addresses that certificates name, as it does unless told otherwise.</param>
    public static X509ChainPolicy Nobody(bool downloads = true) => new() { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = !downloads };
}
